import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type ExploreFlags, readOptions } from "../../src/lab/explore/options.ts";
import { runExplorations } from "../../src/lab/explore/run-explorations.ts";
import { buildMutant, readMutants } from "./mutants.mjs";
import { openStores } from "./open-stores.ts";

let stores: Awaited<ReturnType<typeof openStores>>;

beforeAll(async () => {
  stores = await openStores();
});

afterAll(() => stores?.close());
afterEach(() => vi.restoreAllMocks());

/** What the command prints, and its exit code. */
async function run(flags: ExploreFlags) {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
  const code = await runExplorations(stores.urls, stores.pausing, readOptions(flags), new AbortController().signal);
  return { code, out: lines.join("\n") };
}

const unlocked = { strategy: "unlocked", scenario: "last-unit" };

test("a wrong order: it is told step by step with the stock beside each, and the exit code is 1", async () => {
  const { code, out } = await run(unlocked);
  expect(code).toBe(1);
  expect(out).toMatch(/^unlocked +last-unit +12 wrong of all 14 orders \(/);
  expect(out).toMatch(/1 {2}A {2}BEGIN.*SELECT FROM stock.*stock 1, orders 0/);
  expect(out).toContain("WRONG: No. 1 is held by 2 orders.");
  expect(out).toContain("1 preemption, 6 steps; schedule: A1 B* A*");
  expect(out).toContain("Replayed 20 times with the same steps and the same verdict.");
});

test("no wrong order: the exit code is 0", async () => {
  const { code, out } = await run({ ...unlocked, strategy: "row-lock" });
  expect(code).toBe(0);
  expect(out).toMatch(/^row-lock +last-unit +0 wrong of all \d+ orders/);
});

test("--json and --junit: the same result for programs", async () => {
  const junit = join(stores.home, "report.xml");
  const { code, out } = await run({ ...unlocked, json: true, junit });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject([
    {
      strategy: "unlocked",
      scenario: "last-unit",
      orders: 14,
      wrong: 12,
      completeUpTo: "all",
      replays: 20,
      counterexample: { schedule: "A1 B* A*", preemptions: 1 },
    },
  ]);
  const report = await readFile(junit, "utf8");
  expect(report).toContain('<testsuite name="explore" tests="1" failures="0">');
  expect(report).toContain("12 wrong of all 14 orders");
});

test.each([
  ["A1 B* A*", 1, "Wrong in this order."],
  ["A* B*", 0, "Right in this order."],
])("--replay %s", async (replay, wanted, verdict) => {
  const { code, out } = await run({ ...unlocked, replay });
  expect(code).toBe(wanted);
  expect(out).toContain(`schedule: ${replay}`);
  expect(out).toContain(verdict);
});

test("--faults: the bound is named, and the schedule of a fault can be replayed", async () => {
  const rowLock = { ...unlocked, strategy: "row-lock" };
  const { code, out } = await run({ ...rowLock, faults: "terminate", preemptions: "0" });
  expect(code).toBe(0);
  expect(out).toMatch(/^row-lock +last-unit +terminate +0 wrong of \d+ orders with at most 1 fault/);
  const replayed = await run({ ...rowLock, replay: "A1 tA A* B*" });
  expect(replayed.code).toBe(0);
  expect(replayed.out).toContain("PostgreSQL ends A's session");
  expect(replayed.out).toContain("1 fault, 0 preemptions");
});

test.each([
  ["A1 tB A*", /The fault tB cannot happen after 1 steps. Possible are tA/],
  ["A1 C*", /C cannot take a step after 1 steps/],
  ["A1 B** A*", /"B\*\*" is no turn/],
])("--replay %s is refused", async (replay, sentence) => {
  await expect(run({ ...unlocked, replay })).rejects.toThrow(sentence);
});

test("--limit: it stops there, and says up to where it was complete", async () => {
  const { out } = await run({ ...unlocked, limit: "3" });
  expect(out).toMatch(/of complete up to 0 preemptions, stopped after 3 orders/);
});

test("--preemptions: orders with more are left out", async () => {
  const { out } = await run({ ...unlocked, preemptions: "0" });
  expect(out).toMatch(/0 wrong of 2 orders, complete up to 0 preemptions/);
});

test("a mutant is built from a changed copy, and explored until it is caught", async () => {
  const mutant = (await readMutants()).find(({ name }) => name === "row-lock-without-for-update");
  if (!mutant) throw new Error("The mutant is missing.");
  const { program, remove } = await buildMutant(mutant);
  try {
    const { strategy, scenario } = mutant;
    const flags = JSON.stringify({ strategy, scenario, preemptions: "2", json: true });
    const env = { ...process.env, DATABASE_URL: stores.urls.database };
    const ran = await promisify(execFile)(process.execPath, [program, flags], { env }).catch((error) => error);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject([{ counterexample: { preemptions: 1 }, replays: 20 }]);
  } finally {
    await remove();
  }
});
