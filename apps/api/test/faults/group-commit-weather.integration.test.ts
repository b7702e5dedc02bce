import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, afterEach, expect, test } from "vitest";
import { streamKey } from "../../src/lab/races/events.ts";
import { act, call, createRun, eventually, newBuyer, type Reply, replicaUrl, system, verdictOf } from "../system.ts";
import { openWorkbench } from "../workbench.ts";

const BUYERS = 8;

interface Shopper {
  ask(replica: number): Promise<Reply | undefined>;
  /** Breaks off whatever it has asked. */
  leave(): void;
  comeBack(): void;
}

const bench = openWorkbench();
const events = new Redis(system.eventsRedis.url);
afterAll(async () => {
  events.disconnect();
  await bench.close();
});

const open: pg.Client[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.end().catch(() => {});
  const areReady = async () => (await Promise.all(system.replicas.map(({ url }) => isReady(url)))).every(Boolean);
  await eventually(areReady, "every replica is ready", 60_000);
}, 90_000);

const isReady = async (url: string) => (await call("GET", `${url}/readyz`).catch(() => undefined))?.status === 200;

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: system.postgres.url });
  // The database is killed under it.
  client.on("error", () => {});
  await client.connect();
  open.push(client);
  return client;
}

/** A buyer with a key, whose every request is the same; undefined when the connection broke. */
async function shopper(sku: string): Promise<Shopper & { buyerId: string; key: string }> {
  const { cookie } = await newBuyer(replicaUrl(1));
  const key = randomUUID();
  const buyerId = /[0-9a-f-]{36}/.exec(decodeURIComponent(cookie))?.[0] ?? "";
  const body = { items: [{ sku, quantity: 1 }] };
  const headers = { cookie, "idempotency-key": key };
  let leaving = new AbortController();
  const ask = (replica: number) =>
    call("POST", `${replicaUrl(replica)}/api/checkout`, { body, headers, signal: leaving.signal }).catch(
      () => undefined,
    );
  return { buyerId, key, ask, leave: () => leaving.abort(), comeBack: () => (leaving = new AbortController()) };
}

async function waiting(runId: string): Promise<number> {
  const entries = await events.xrange(streamKey(runId), "-", "+");
  return entries.filter(([, fields]) => fields.join(" ").includes('"waiting"')).length;
}

/**
 * Lets a batch of everybody stand in the middle of its writing. They come while the batch waits for a row lock of ours; then
 * a key of theirs is being claimed by another transaction of ours, so that PostgreSQL makes the batch wait again.
 */
async function batchInTheMiddle({ sku, id }: { id: string; sku: string }) {
  const shoppers = [];
  for (let index = 0; index < BUYERS; index += 1) shoppers.push(await shopper(sku));
  const [first] = shoppers;
  const blocker = await connect();
  await blocker.query("BEGIN");
  await blocker.query(
    "INSERT INTO idempotency_keys (buyer_id, key, request_hash, order_id) VALUES ($1, $2, 'blocker', $3)",
    [first?.buyerId, first?.key, randomUUID()],
  );
  const rowHolder = await connect();
  await rowHolder.query("BEGIN");
  await rowHolder.query("SELECT FROM stock WHERE sku = $1 FOR UPDATE", [sku]);
  const watcher = await connect();
  const answers = shoppers.map(({ ask }) => ask(0));
  await eventually(async () => (await waiting(id)) === BUYERS, "all are in the queue");
  await rowHolder.query("ROLLBACK");
  const standing = await standingAt(watcher, "INSERT INTO idempotency_keys", "the batch stands in its writing");
  return { shoppers, answers: Promise.all(answers), standing, watcher, letGo: () => blocker.query("ROLLBACK") };
}

/** The process id of the connection that waits for a lock in such a statement. */
const standingAt = (watcher: pg.Client, text: string, what: string) =>
  eventually(async () => {
    const { rows } = await watcher.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%'",
      [text],
    );
    return rows[0]?.pid;
  }, what);

/** Everybody asks again with the same key, at another replica, until there is an order or the truth. */
async function askAgain(shoppers: readonly Shopper[]): Promise<Reply[]> {
  const persist = ({ ask }: Shopper) =>
    eventually(
      async () => {
        const reply = await ask(1);
        return reply && reply.status !== 503 ? reply : undefined;
      },
      "an answer",
      60_000,
    );
  return Promise.all(shoppers.map(persist));
}

async function expectOneOrderEach(runId: string, replies: readonly Reply[]): Promise<void> {
  expect(replies.map(({ status }) => status)).toEqual(Array(BUYERS).fill(201));
  const numbers = replies.flatMap(({ body }) => body.lines[0].unitNumbers as number[]);
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: BUYERS }, (_, index) => index + 1));
  expect(await verdictOf(runId)).toMatchObject({ orders: BUYERS, unitsOversold: 0, lostUpdates: 0, passed: true });
}

test("group-commit: the replica that holds a batch is killed in the middle of it: all of it is sold or none, and every retry gets one order", async () => {
  const run = await createRun("group-commit", 100);
  const { shoppers, answers, letGo, watcher } = await batchInTheMiddle(run);
  await act("kill", "replica-1");
  expect(await answers).toEqual(Array(BUYERS).fill(undefined));
  await letGo();
  const hasEnded = async () => {
    const { rows } = await watcher.query(
      "SELECT FROM pg_locks WHERE mode = 'RowExclusiveLock' AND relation = 'stock'::regclass",
    );
    return rows.length === 0;
  };
  await eventually(hasEnded, "the transaction of the dead replica has ended");
  // PostgreSQL had received the batch's COMMIT with its writes.
  expect([0, BUYERS]).toContain((await bench.movements(run.sku)).length);
  const replies = await askAgain(shoppers);
  await eventually(() => isReady(replicaUrl(0)), "the replica is back");
  await expectOneOrderEach(run.id, replies);
}, 120_000);

test("group-commit: PostgreSQL is killed in the middle of a batch: everybody is told so, and every retry gets one order", async () => {
  const run = await createRun("group-commit", 100);
  const { shoppers, answers } = await batchInTheMiddle(run);
  await act("kill", "postgres");
  for (const reply of await answers) {
    expect([reply?.status, reply?.body.code]).toEqual([503, "DATABASE_UNAVAILABLE"]);
    expect(Number(reply?.headers.get("retry-after"))).toBeGreaterThan(0);
  }
  await expectOneOrderEach(run.id, await askAgain(shoppers));
}, 120_000);

test("group-commit: the batch's connection is ended by an administrator: everybody is told so, and every retry gets one order", async () => {
  const run = await createRun("group-commit", 100);
  const { shoppers, answers, standing, watcher, letGo } = await batchInTheMiddle(run);
  await watcher.query("SELECT pg_terminate_backend($1)", [standing]);
  const told = await answers;
  await letGo();
  expect(told.map((reply) => [reply?.status, reply?.body.code])).toEqual(
    Array(BUYERS).fill([503, "DATABASE_UNAVAILABLE"]),
  );
  await expectOneOrderEach(run.id, await askAgain(shoppers));
}, 120_000);

test("group-commit: a replica is stopped while it writes for buyers who have gone: it takes no lock along, and every retry gets one order", async () => {
  const run = await createRun("group-commit", 100);
  const { shoppers, answers, letGo, watcher } = await batchInTheMiddle(run);
  for (const { leave } of shoppers) leave();
  await answers;
  const stopping = act("stop", "replica-1");
  try {
    const isClosed = async () => (await call("GET", `${replicaUrl(0)}/healthz`).catch(() => undefined)) === undefined;
    await eventually(isClosed, "the replica takes no more requests");
    await letGo();
    await stopping;
    await watcher.query("SELECT FROM stock WHERE sku = $1 FOR UPDATE NOWAIT", [run.sku]);
  } finally {
    await act("start", "replica-1");
  }
  for (const one of shoppers) one.comeBack();
  await expectOneOrderEach(run.id, await askAgain(shoppers));
}, 120_000);
