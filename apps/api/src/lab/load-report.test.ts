import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newestLoadReport } from "./load-report.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "last-unit-reports-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const conditions = {
  ...{ rounds: 1, buyers: 10, stock: 3, clients: 2, thinkTimeMs: 0, replicas: 3 },
  ...{ database: "PostgreSQL 18.4", machine: "2 cores" },
};
const keep = async (name: string, text: string) => {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "results.json"), text);
};

test("the newest report that can be read; an unfinished one, and one of another version, are skipped", async () => {
  await expect(newestLoadReport(undefined)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(newestLoadReport(folder)).rejects.toMatchObject({ code: "NOT_FOUND" });
  for (const day of ["01", "02"]) {
    const report = { conditions: { ...conditions, startedAt: `2026-11-${day}T10:00:00.000Z` }, results: [] };
    await keep(`2026-11-${day}T10-00-00`, JSON.stringify({ ...report, leftOut: [] }));
  }
  await keep("2026-11-03T10-00-00", '{"conditions":{}}');
  await keep("2026-11-04T10-00-00", "{");
  await mkdir(join(folder, "2026-11-05T10-00-00"));
  expect(await newestLoadReport(folder)).toEqual({
    conditions: { ...conditions, startedAt: "2026-11-02T10:00:00.000Z" },
    results: [],
  });
});
