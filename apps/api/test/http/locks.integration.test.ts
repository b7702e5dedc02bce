import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { LockReport, LockView } from "../../src/observe/locks/model.ts";
import { call, createRun, eventually, replicaUrl, system } from "../system.ts";

const nodes = system.redis.map(({ url }) => new Redis(url));
const clients: pg.Client[] = [];
const cleaning: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleaning.splice(0)) await clean();
  for (const client of clients.splice(0)) await client.end();
});
afterAll(() => {
  for (const node of nodes) node.disconnect();
});

/** A connection of another program. */
async function stranger(name: string) {
  const client = new pg.Client({ connectionString: system.postgres.url, application_name: name });
  await client.connect();
  clients.push(client);
  const [row] = (await client.query("SELECT pg_backend_pid() AS pid")).rows;
  return { client, pid: row.pid as number, query: (text: string, ...values: unknown[]) => client.query(text, values) };
}

const locks = async (replica = 0): Promise<LockReport> =>
  (await call("GET", `${replicaUrl(replica)}/api/locks?limit=1000`)).body;

/** The lock as soon as the monitor of any replica shows it so. */
const seen = (wanted: (lock: LockView) => boolean, what: string): Promise<LockView> =>
  eventually(async () => (await locks()).locks.find(wanted), what);

const named = (resource: string, kind: LockView["kind"]) => (lock: LockView) =>
  lock.resource === resource && lock.kind === kind;

let sku = "";
beforeAll(async () => {
  ({ sku } = await createRun("row-lock", 10));
});

/** The key of a lock on some of the nodes, as another program would set it. */
async function setOn(which: readonly number[], resource: string, owner: string) {
  for (const index of which) await nodes[index]?.set(resource, owner, "PX", 60_000);
  cleaning.push(async () => Promise.all(nodes.map((node) => node.del(resource))));
}

test("a key that redis-cli set on three of five nodes: held by an unknown owner, with each node's view", async () => {
  const resource = `lock:stock:by-hand-${randomUUID()}`;
  await setOn([0, 1, 3], resource, "somebody");
  const lock = await seen(named(resource, "lease"), "the key");
  expect(lock).toMatchObject({ store: "redis", states: ["held"], holders: [{ owner: "somebody" }] });
  expect(lock.holders[0]?.process).toBeUndefined();
  expect(lock.nodes?.map(({ owner }) => owner)).toEqual(["somebody", "somebody", undefined, "somebody", undefined]);
  expect(lock.nodes?.[0]?.leftMs).toBeGreaterThan(30_000);
});

test("two owners, neither with a majority: split", async () => {
  const resource = `lock:stock:split-${randomUUID()}`;
  await setOn([0, 1], resource, "A");
  await setOn([2, 3], resource, "B");
  const lock = await seen(named(resource, "lease"), "the keys");
  expect(lock.states).toEqual(["held", "split", "minority"]);
  expect(lock.holders.map(({ owner }) => owner)).toEqual(["A", "B"]);
});

test("the owner's process has no database connection any more: an orphan", async () => {
  const resource = `lock:stock:orphan-${randomUUID()}`;
  await setOn([0, 1, 2, 3, 4], resource, "token@replica-9.abcdef");
  const lock = await seen(named(resource, "lease"), "the key");
  expect(lock).toMatchObject({ states: ["held", "orphan"], holders: [{ process: "replica-9.abcdef", isGone: true }] });
});

test("a row lock of another program, and who waits for it", async () => {
  const [holder, waiter] = [await stranger("psql"), await stranger("report")];
  await holder.query("BEGIN");
  await holder.query("SELECT FROM stock WHERE sku = $1 FOR UPDATE", sku);
  const held = await seen(named(sku, "row lock"), "the row lock");
  expect(held).toMatchObject({ store: "postgresql", holders: [{ owner: `backend ${holder.pid} (psql)` }], waiting: 0 });

  const update = waiter.query("UPDATE stock SET stock = stock WHERE sku = $1", sku);
  const waited = await seen((lock) => named(sku, "row lock")(lock) && lock.waiting > 0, "the waiter");
  expect(waited.waiters).toMatchObject([{ backend: waiter.pid, waitsFor: [holder.pid] }]);
  expect(waited.states).toContain("waited for");
  await seen((lock) => named(sku, "row lock")(lock) && lock.states.includes("idle in transaction"), "that it is idle");
  await seen((lock) => named(sku, "row lock")(lock) && lock.states.includes("stuck"), "that it is stuck");
  await holder.query("ROLLBACK");
  await update;
});

test("an advisory lock of another program", async () => {
  const holder = await stranger("cron");
  await holder.query("SELECT pg_advisory_lock(4711)");
  expect(await seen(named("4711", "advisory lock"), "the lock")).toMatchObject({
    holders: [{ owner: `backend ${holder.pid} (cron)` }],
    states: ["held"],
  });
});

test("a transaction that does nothing and holds no lock on the stock", async () => {
  const idle = await stranger("forgotten");
  await idle.query("BEGIN");
  await idle.query("SELECT FROM products");
  const lock = await seen(named(`transaction of backend ${idle.pid}`, "transaction"), "the transaction");
  expect(lock.states).toEqual(["held", "idle in transaction"]);
});

test("a checkout of a replica: its lease and its row lock name the replica's process", async () => {
  const run = await createRun("quorum+row-lock", 5, 2_000);
  const crowd = await call("POST", `${replicaUrl()}/api/lab/runs/${run.id}/buyers`, { body: { count: 3 } });
  expect(crowd.status).toBe(202);
  const lease = await seen((lock) => named(`lock:stock:${run.sku}`, "lease")(lock) && lock.waiting > 0, "the queue");
  const [{ process } = {}] = lease.holders;
  expect(process).toMatch(/^replica-\d\.[0-9a-f]{6}$/);
  expect(lease.holders[0]?.isGone).toBe(false);
  const row = await seen(named(run.sku, "row lock"), "the row lock");
  expect(row.holders[0]?.process).toMatch(/^replica-\d\.[0-9a-f]{6}$/);
});

test.skipIf(!system.dynamodb)("a lease in DynamoDB names its replica and its fencing token", async () => {
  const run = await createRun("dynamodb-lease", 5, 2_000);
  await call("POST", `${replicaUrl()}/api/lab/runs/${run.id}/buyers`, { body: { count: 1 } });
  const lock = await seen((each) => each.store === "dynamodb" && each.resource.includes(run.sku), "the item");
  expect(lock.holders).toMatchObject([{ process: expect.stringMatching(/^replica-/), fencingToken: "1" }]);
});

test("a ZooKeeper queue shows its holder and how many wait", async ({ skip }) => {
  skip(system.zookeeper.length === 0, "ZooKeeper is not running.");
  const run = await createRun("zookeeper", 5, 2_000);
  await call("POST", `${replicaUrl()}/api/lab/runs/${run.id}/buyers`, { body: { count: 3 } });
  const lock = await seen(
    (each) => each.store === "zookeeper" && each.resource.includes(run.sku) && each.waiting > 0,
    "the znodes",
  );
  expect(lock.holders).toMatchObject([{ process: expect.stringMatching(/^replica-/) }]);
});

test("bad input", async () => {
  for (const limit of ["0", "1001", "ten", "-1", "1.5"]) {
    const reply = await call("GET", `${replicaUrl()}/api/locks?limit=${limit}`);
    expect([limit, reply.status, reply.body.code]).toEqual([limit, 422, "INVALID_REQUEST"]);
  }
});
