import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runVitest } from "./lib/vitest.mjs";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "last-unit-left-out-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function runTests(source: string, ...args: string[]) {
  await writeFile(join(scratch, "some.test.ts"), source);
  await writeFile(join(scratch, "vitest.config.mjs"), "export default { test: { globals: true } };");
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    const counts = await runVitest([`--root=${scratch}`, `--config=${join(scratch, "vitest.config.mjs")}`, ...args], {
      scratch,
    });
    return { ...counts, said: log.mock.calls.join("\n") };
  } finally {
    log.mockRestore();
  }
}

test("a test that skips itself because a service is absent has failed, and the reason is printed", async () => {
  const run = await runTests(`
    test("works", () => {});
    test("zookeeper: sells", ({ skip }) => skip(true, "Java is absent"));
    test.skip("skipped: no DynamoDB", () => {});
    test.skipIf(true)("not meant for this strategy", () => {});`);
  expect(run).toMatchObject({ passed: 1, failed: 2 });
  expect(run.said).toContain("LEFT OUT  zookeeper: sells: Java is absent");
  expect(run.said).toContain("no DynamoDB");
});

test("a test that was not asked for is not missed", async () => {
  const source = `
    test("row-lock: sells", () => {});
    describe("zookeeper", () => test.skip("skipped: no ZooKeeper", () => {}));`;
  expect(await runTests(source, "--testNamePattern=row-lock")).toMatchObject({ passed: 1, failed: 0 });
});

test("a run that finds no test has failed", async () => {
  expect(await runTests(`test.skipIf(true)("another strategy's", () => {});`)).toMatchObject({ passed: 0, failed: 1 });
});
