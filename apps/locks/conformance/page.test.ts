import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { cases } from "./cases/index.ts";
import { PAGE, RECORDED, withTables } from "./page.ts";
import { describeCase } from "./report.ts";
import { builtInNames } from "./subjects.ts";

const read = (path: string) => readFile(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");

test("docs/redlock-packages.md has the figures of the recorded run", async () => {
  const page = await read(PAGE);
  expect(withTables(page, JSON.parse(await read(RECORDED)))).toBe(page);
});

test("the recorded run is a full one, of the cases and packages that there are", async () => {
  const report = JSON.parse(await read(RECORDED));
  expect(report).toMatchObject({ isQuick: false, cases: cases.map(describeCase) });
  expect(report.subjects.map(({ name }: { name: string }) => name)).toEqual(builtInNames);
});
