import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readGlossary } from "./glossary.ts";

const parts = readGlossary(readFileSync(new URL("../../../../../docs/glossary.md", import.meta.url), "utf8"));
const terms = parts.flatMap((part) => part.terms);

test("every term of the document is read, with its text and the document's own anchor", () => {
  expect(parts.map(({ title }) => title)).toContain("Distributed locks");
  expect(terms.length).toBeGreaterThan(20);
  for (const { title, lines } of terms) expect(lines.length, title).toBeGreaterThan(0);
  expect(terms.map(({ id }) => id)).toEqual(expect.arrayContaining(["fencing-token", "lease", "group-commit-batch"]));
});
