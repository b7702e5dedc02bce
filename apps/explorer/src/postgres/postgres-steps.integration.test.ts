import { system } from "@last-unit/stack/testing";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { exploreTransfers } from "../../examples/transfers.ts";
import { explore, type Process, repeat, type System } from "../index.ts";
import { openSessions, type Sessions } from "./index.ts";

// A database of its own: the sessions' deadlock timeout is theirs alone.
const DATABASE = "explorer_test";
const connectionString = system.postgres.url.replace(/\/[^/]*$/, `/${DATABASE}`);
let sessions: Sessions;

async function inShopsCluster(statement: string) {
  const client = new pg.Client({ connectionString: system.postgres.url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

beforeAll(async () => {
  await inShopsCluster(`DROP DATABASE IF EXISTS ${DATABASE}`);
  await inShopsCluster(`CREATE DATABASE ${DATABASE}`);
  sessions = await openSessions({ connectionString, pipeline: true } as pg.ClientConfig, 3);
  await sessions.observer.query("CREATE TABLE cells (name text PRIMARY KEY, value int NOT NULL)");
});

afterAll(async () => {
  await sessions.end();
  await inShopsCluster(`DROP DATABASE ${DATABASE}`);
});

beforeEach(async () => {
  await sessions.observer.query("TRUNCATE cells");
  await sessions.observer.query("INSERT INTO cells VALUES ('x', 0), ('y', 0)");
});

type Body = (client: pg.Client, process: Process) => Promise<unknown>;

const systemOf =
  (bodies: readonly Body[], judge: (x: number, y: number) => string[]): System =>
  async () => {
    await sessions.observer.query("UPDATE cells SET value = 0");
    return {
      processes: bodies.map((body) => (process: Process) => body(sessions.attach(process), process)),
      blockedBy: sessions.blockedBy,
      async judge() {
        const { rows } = await sessions.observer.query("SELECT value FROM cells ORDER BY name");
        return judge(rows[0].value, rows[1].value);
      },
      end: () => sessions.detach(),
    };
  };

/** The two cells are locked in the given order; begin and the first lock are one flight. */
const addBoth =
  (first: string, second: string): Body =>
  async (client) => {
    const lock = "SELECT value FROM cells WHERE name = $1 FOR UPDATE";
    try {
      await Promise.all([client.query("BEGIN"), client.query(lock, [first])]);
      await client.query(lock, [second]);
      await Promise.all([client.query("UPDATE cells SET value = value + 1"), client.query("COMMIT")]);
      return "committed";
    } catch {
      await client.query("ROLLBACK");
      return "rolled back";
    }
  };

describe("flights", () => {
  test("statements sent without awaiting an answer are one step", async () => {
    const found = await explore(
      systemOf([addBoth("x", "y"), addBoth("x", "y")], (x) => (x === 2 ? [] : [`x is ${x}`])),
    );
    // Each has three flights. The process that begins second is blocked at its first one until the other has committed.
    expect(found).toMatchObject({ orders: 6, wrong: 0, completeUpTo: "all" });
    expect(found.steps).toBe(6 * 6);
  });

  test("a statement through the callback interface is a step as well", async () => {
    const body: Body = (client) =>
      new Promise((resolve) => client.query("UPDATE cells SET value = value + 1 WHERE name = 'x'", resolve));
    const found = await explore(systemOf([body, body, body], (x) => (x === 3 ? [] : [`x is ${x}`])));
    expect(found).toMatchObject({ orders: 6, wrong: 0, completeUpTo: "all" });
  });
});

describe("blocking", () => {
  const crossed = systemOf([addBoth("x", "y"), addBoth("y", "x")], (x) =>
    x === 2 ? [] : [`x is ${x}: one was rolled back.`],
  );

  test("crossed locks: the deadlock is found with its cycle, and PostgreSQL ends the one that closed it", async () => {
    const found = await explore(crossed);
    expect(found.notDeterministic).toBeUndefined();
    expect(found.completeUpTo).toBe("all");
    expect(found.deadlocked).toBeGreaterThan(0);
    expect(found.wrong).toBe(found.deadlocked);
    const { counterexample } = found;
    expect(counterexample).toMatchObject({ schedule: "A1 B* A* B*", preemptions: 1, ending: { stuck: [] } });
    expect(counterexample?.deadlocks).toEqual([{ cycle: ["A", "B"], afterStep: 4 }]);
    expect(counterexample?.steps[2]).toMatchObject({ process: "B", blockedBy: ["A"] });
    expect(counterexample?.steps[3]).toMatchObject({ process: "A", outcome: "error 40P01" });
  });

  test("the same schedule gives the same steps and verdict 20 times", async () => {
    expect(await repeat(crossed, "A1 B* A* B*", 20)).toBeUndefined();
  });

  test("a lock that is never released: the one that waits is stuck, and the next execution goes on", async () => {
    let executions = 0;
    const found = await explore(() => {
      const lock = ++executions;
      const body: Body = async (client) => {
        await client.query("SELECT pg_advisory_lock($1)", [lock]);
        await client.query("SELECT value FROM cells");
      };
      return systemOf([body, body], () => [])();
    });
    expect(found.notDeterministic).toBeUndefined();
    expect(found).toMatchObject({ orders: 4, wrong: 4, completeUpTo: "all" });
    expect(found.counterexample).toMatchObject({ ending: { stuck: ["B"] }, wrong: ["Stuck: B waits for A."] });
  });

  test("three processes that queue for a row are served in their sequence", async () => {
    const body = addBoth("x", "y");
    const found = await explore(
      systemOf([body, body, body], (x) => (x === 3 ? [] : [`x is ${x}`])),
      { preemptions: 2 },
    );
    expect(found.notDeterministic).toBeUndefined();
    expect(found).toMatchObject({ wrong: 0, completeUpTo: "all" });
  });
});

describe("the example", () => {
  test("without a lock transfers are lost", async () => {
    const found = await exploreTransfers(connectionString, "");
    expect(found).toMatchObject({ completeUpTo: "all", deadlocked: 0 });
    expect(found.wrong).toBeGreaterThan(0);
    expect(found.counterexample).toMatchObject({ schedule: "A2 B* A*", preemptions: 1 });
  });

  test("with FOR UPDATE no order loses one", async () => {
    expect(await exploreTransfers(connectionString, "FOR UPDATE")).toMatchObject({ completeUpTo: "all", wrong: 0 });
  });
});
