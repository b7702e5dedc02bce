// The stores' own records, compared with the steps that were scheduled: nothing else was sent.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replay } from "@last-unit/explorer";
import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { summaryOf } from "../../../explorer/src/postgres/summary.ts";
import type { ExploredShops } from "../../src/lab/explore/explored-shops.ts";
import type { ScenarioName } from "../../src/lab/explore/scenarios.ts";
import { executionSignal, inScenario, openStores } from "./open-stores.ts";

let stores: Awaited<ReturnType<typeof openStores>>;
let shops: ExploredShops;
let logFile: string;

beforeAll(async () => {
  stores = await openStores({ redis: true });
  logFile = join(stores.home, "logs", "postgres.log");
  const admin = new pg.Client({ connectionString: stores.urls.database });
  await admin.connect();
  await admin.query("ALTER ROLE CURRENT_USER SET log_statement = 'all'");
  await admin.query("ALTER ROLE CURRENT_USER SET log_min_messages = 'log'");
  await admin.end();
  shops = await stores.openShops();
});

afterAll(async () => {
  await shops?.close();
  await stores?.close();
});

/** The statements that PostgreSQL has logged since then, of each process, in a few words. */
async function logged(from: number): Promise<Record<string, string[]>> {
  const log = (await readFile(logFile, "utf8")).slice(from);
  const statements: Record<string, string[]> = {};
  for (const [, process = "", text = ""] of log.matchAll(
    /^\S+ \S+ UTC explore-(\w) LOG: {2}(?:statement|execute [^:]+): ((?:.*\n)(?:\t.*\n)*)/gm,
  )) {
    // The explorer prepares a new connection, and waits with an empty statement for a failed transaction's locks to be free.
    if (/^(SET (lock|deadlock)_timeout|\s*$)/.test(text)) continue;
    statements[process] = [...(statements[process] ?? []), summaryOf(text)];
  }
  return statements;
}

async function stepsAndStatements(strategy: string, scenario: ScenarioName, schedule: string) {
  const from = (await readFile(logFile, "utf8")).length;
  const { steps } = await replay(inScenario(shops, strategy, scenario), schedule, { signal: executionSignal() });
  const scheduled: Record<string, string[]> = {};
  for (const { process, name, outcome = "" } of steps) {
    const isOfGuard = / (acquires|releases|extends) the lock$/.test(name);
    if (name === "timer" || isOfGuard) continue;
    // PostgreSQL skips the statements of a flight that follow a failed one, and does not log them.
    const failedAt = outcome.split(", ").findIndex((result) => result.startsWith("error"));
    const performed = name.split("; ").slice(0, failedAt < 0 ? undefined : failedAt + 1);
    scheduled[process] = [...(scheduled[process] ?? []), ...performed];
  }
  return { scheduled, statements: await logged(from), steps };
}

describe.each([
  "unlocked",
  "row-lock",
  "advisory-lock",
  "optimistic",
  "serializable",
  "conditional-update",
  "group-commit",
  "set-nx",
  "redlock+row-lock",
  "quorum",
])("%s", (strategy) => {
  test.each(["last-unit", "same-key", "cancel-and-buy"] as const)(
    "%s: PostgreSQL's log has the statements of the steps and no other",
    async (scenario) => {
      const { scheduled, statements } = await stepsAndStatements(strategy, scenario, "A1 B*");
      expect(Object.keys(scheduled)).toEqual(["A", "B"]);
      expect(statements).toEqual(scheduled);
    },
  );
});

/** What the judge asks, and what a new connection sends. */
const besides = ["keys", "get", "hello", "info", "client"];

test("set-nx: Redis' MONITOR sees one command for each step of the guard and no other", async () => {
  const client = new Redis(stores.urls.redis[0] as string);
  const monitor = await client.monitor();
  const seen: string[] = [];
  monitor.on("monitor", (_time: string, [command = ""]: string[], source: string) => {
    if (source !== "lua" && !besides.includes(command)) seen.push(command);
  });
  const { steps } = await stepsAndStatements("set-nx", "last-unit", "A1 B* A*");
  // MONITOR tells of a command before that command is answered, but over another connection.
  const marked = new Promise<void>((resolve) => monitor.on("monitor", (_, args) => args[1] === "mark" && resolve()));
  await client.echo("mark");
  await marked;
  monitor.disconnect();
  client.disconnect();
  const ofGuard = steps.filter(({ name }) => name.startsWith("set-nx "));
  expect(ofGuard.map(({ outcome }) => outcome)).toEqual(["granted", "refused", "done", "granted", "done"]);
  expect(seen.filter((command) => command !== "echo")).toEqual(ofGuard.map(() => "eval"));
});
