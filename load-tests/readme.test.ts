import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { between, withTables } from "./readme.ts";

test("the README's tables are those of the measured reports", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  expect(await withTables(readme)).toBe(readme);
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
