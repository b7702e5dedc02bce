import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Matrix } from "../../src/lab/matrix/matrix.ts";
import { call, eventually, replicaUrl, system } from "../system.ts";

/**
 * What each strategy is known to lose, and why. A weakness that does not show is an error too: a matrix that finds no
 * loser has not looked.
 */
const declared: Record<string, Record<string, string>> = {
  "two-readers": { unlocked: "nothing keeps two readers of the same stock apart" },
  "late-release": { "set-nx-naive": "its DEL deletes whatever key is there" },
  "paused-holder": {
    "set-nx-naive": "it never looks at its lock again",
    "set-nx": "only the write could stop a zombie, and this one checks nothing",
    redlock: "only the write could stop a zombie, and this one checks nothing",
    quorum: "only the write could stop a zombie, and this one checks nothing",
    zookeeper: "only the write could stop a zombie, and this one checks nothing",
    "dynamodb-lease": "only the write could stop a zombie, and this one checks nothing",
  },
  "late-heartbeat": {},
  "crossed-carts": { unlocked: "sorted carts meet at the row, and the second write overwrites the first" },
  crowd: { unlocked: "nothing keeps two readers of the same stock apart" },
  "waiting-outside": Object.fromEntries(
    ["unlocked", "row-lock", "advisory-lock", "optimistic", "serializable", "group-commit"].map((name) => [
      name,
      "who waits for a row has a transaction open, under group-commit the first of each replica",
    ]),
  ),
};

const root = new URL("../../../..", import.meta.url).pathname;
const readMatrix = async (replica = 0): Promise<Matrix> =>
  (await call("GET", `${replicaUrl(replica)}/api/lab/matrix`)).body;
const measuredCells = ({ cells }: Matrix) => cells.filter((cell) => cell.result !== "not-measured").length;

let home: string;
let printed: Matrix;
let exitCode: number | null;
let joined: { status: number; before: Matrix; after: Matrix };

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "last-unit-matrix-test-"));
  await writeFile(join(home, "stack.json"), JSON.stringify(system));
  const command = spawn(process.execPath, ["scripts/matrix.mjs", "--json"], {
    cwd: root,
    env: { ...process.env, LAST_UNIT_HOME: home },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  command.stdout.on("data", (part) => {
    output += part;
  });
  const ended = new Promise<number | null>((resolve) => command.once("close", resolve));

  const before = await eventually(async () => {
    const matrix = await readMatrix(1);
    return matrix.measuring && measuredCells(matrix) > 2 && matrix;
  }, "a measurement is under way");
  const second = await call("POST", `${replicaUrl(2)}/api/lab/matrix`);
  joined = { status: second.status, before, after: second.body };
  exitCode = await ended;
  printed = JSON.parse(output);
}, 600_000);
afterAll(() => rm(home, { recursive: true, force: true }));

test("the command prints what every replica answers", async () => {
  expect(printed.measuring).toBe(false);
  for (const replica of [0, 1, 2]) expect(await readMatrix(replica)).toEqual(printed);
});

test("a second request joins the measurement that is under way at another replica", () => {
  expect(joined.status).toBe(202);
  expect(joined.after.measuring).toBe(true);
  expect(measuredCells(joined.after)).toBeGreaterThanOrEqual(measuredCells(joined.before));
});

test("every cell is measured: survives, or loses for a declared reason, or is said not to apply", async () => {
  const strategies: { name: string; guard: string; available: boolean }[] = (
    await call("GET", `${replicaUrl()}/api/lab/strategies`)
  ).body;
  const expected = (scenario: string, { name, guard, available }: (typeof strategies)[number]) => {
    if (!available) return "unavailable";
    const needsLease = ["late-release", "paused-holder", "late-heartbeat"].includes(scenario);
    const hasNoHold = scenario === "waiting-outside" && name === "conditional-update";
    const needsHeartbeat = scenario === "late-heartbeat" && guard === "set-nx-naive";
    if ((needsLease && guard === "none") || needsHeartbeat || hasNoHold) return "not-applicable";
    return declared[scenario]?.[name] ? "loses" : "survives";
  };
  const scenarios = printed.scenarios.map((scenario) => scenario.name);
  expect(scenarios).toEqual(Object.keys(declared));
  expect(printed.cells.map(({ scenario, strategy, result }) => `${scenario}, ${strategy}: ${result}`)).toEqual(
    scenarios.flatMap((scenario) =>
      strategies.map((strategy) => `${scenario}, ${strategy.name}: ${expected(scenario, strategy)}`),
    ),
  );
  for (const { sentence } of printed.cells) expect(sentence.length).toBeGreaterThan(20);
});

test("durations are given for the crowd, where they can be compared, and nowhere else", () => {
  for (const { scenario, result, tookMs } of printed.cells) {
    if (scenario === "crowd" && result !== "unavailable") expect(tookMs).toBeGreaterThan(0);
    else expect(tookMs).toBeNull();
  }
});

test("no strategy that calls itself safe has lost what safety promises: the command says so by its exit code", () => {
  expect(exitCode).toBe(0);
});
