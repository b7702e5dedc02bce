import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { strategiesPage } from "./strategies-page.ts";

test("docs/strategies.md says what the strategies say of themselves; `npm run docs` writes it", async () => {
  expect(await readFile(new URL("../../../../docs/strategies.md", import.meta.url), "utf8")).toBe(strategiesPage());
});
