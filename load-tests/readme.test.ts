import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { between, documents, withTables } from "./readme.ts";

const readText = (document: string) => readFile(new URL(`../${document}`, import.meta.url), "utf8");

describe.each(documents)("%s", (document) => {
  test("has the figures of the measured reports", async () => {
    const text = await readText(document);
    expect(await withTables(text, document)).toBe(text);
  });
});

describe("README.md", () => {
  test("is 10,000 bytes long at most", async () => {
    expect(Buffer.byteLength(await readText("README.md"))).toBeLessThanOrEqual(10_000);
  });

  test("has ten measured numbers at most", async () => {
    const text = await readText("README.md");
    const figures = text.slice(text.indexOf("<!-- measured: summary -->"), text.indexOf("<!-- end of summary -->"));
    expect(figures.match(/\d[\d.,]*/g)?.length).toBeLessThanOrEqual(10);
  });
});

test("a table is written between its marks, and nothing else is touched", () => {
  const text = "before\n<!-- measured: bench -->\nold\n<!-- end of bench -->\nafter";
  expect(between(text, "bench", "| new |")).toBe(
    "before\n<!-- measured: bench -->\n\n| new |\n\n<!-- end of bench -->\nafter",
  );
});

test("without its marks, it says what is missing", () => {
  expect(() => between("no marks", "bench", "")).toThrow("<!-- measured: bench -->");
});
