import { randomUUID } from "node:crypto";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { act, eventually, system } from "@last-unit/stack/testing";
import { afterAll, expect, test } from "vitest";
import { connectDynamodb } from "../src/dynamodb/client.ts";
import { dynamodbLease } from "../src/dynamodb/lease.ts";
import { type Lease, LeaseLost, LockBusy } from "../src/lease-store.ts";
import { manualClock } from "../src/testing/manual-clock.ts";

const endpoint = system.dynamodb?.url ?? "";
const clients = Array.from({ length: 3 }, () => connectDynamodb({ endpoint, hasCredential: false }));
const [first = connectDynamodb({ endpoint, hasCredential: false })] = clients;
afterAll(() => {
  for (const { client } of clients) client.destroy();
});

const guards = clients.map((dynamodb) => dynamodbLease(dynamodb.client, dynamodb));
const guard = dynamodbLease(first.client, first);
const withClock = (clock = manualClock()) => ({ clock, guard: dynamodbLease(first.client, { ...first, clock }) });
const key = () => `lock:test:${randomUUID()}`;
const ask = { ttlMs: 5_000, waitMs: 200 };
const patient = { ttlMs: 5_000, waitMs: 60_000 };
const tokenOf = (lease: Lease) => [...(lease.fencingTokens?.values() ?? [])][0] as bigint;

async function record(resource: string) {
  const get = new GetItemCommand({ TableName: first.table, Key: { pk: { S: resource } }, ConsistentRead: true });
  return (await first.client.send(get)).Item ?? {};
}

test("20 callers through three clients: never two inside, and every token is higher than the last", async () => {
  const resource = key();
  let waiting = 20;
  let inside = 0;
  let most = 0;
  let refusals = 0;
  const onRefused = () => {
    refusals += 1;
  };
  const tokens: bigint[] = [];
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const store = guards[index % guards.length] ?? guard;
      const lease = await store.acquire([resource], { ...patient, onRefused });
      waiting -= 1;
      inside += 1;
      most = Math.max(most, inside);
      tokens.push(tokenOf(lease));
      // Stays until somebody else has knocked and was refused, or was let in.
      const before = refusals;
      await eventually(async () => refusals > before || inside > 1 || waiting === 0, "somebody else tries to enter");
      inside -= 1;
      await store.release(lease);
    }),
  );
  expect(most).toBe(1);
  expect(tokens).toEqual(Array.from({ length: 20 }, (_, index) => BigInt(index + 1)));
});

test("while one holds it, another is refused for contention within its wait", async () => {
  const resource = key();
  const lease = await guard.acquire([resource], ask);
  const began = performance.now();
  const refused = await guard.acquire([resource], ask).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(LockBusy);
  expect(refused).toMatchObject({ reason: "contention" });
  expect(performance.now() - began).toBeLessThan(2_000);
  await guard.release(lease);
});

test("a release frees only the owner's own lock, and keeps the counter", async () => {
  const resource = key();
  const { clock, guard: waiter } = withClock();
  const old = await guard.acquire([resource], { ttlMs: 1_000, waitMs: 0 });
  const current = await takeOver(waiter, clock, resource, 1_000);
  await guard.release(old);
  expect((await record(resource)).owner?.S).toBe(current.owner);
  await waiter.release(current);
  expect((await record(resource)).owner).toBeUndefined();
  const next = await guard.acquire([resource], ask);
  expect([tokenOf(old), tokenOf(current), tokenOf(next)]).toEqual([1n, 2n, 3n]);
  await guard.release(next);
});

test("a lock is taken over once its version stood still for the lease by the waiting client's own clock, not before", async () => {
  const resource = key();
  await guard.acquire([resource], { ttlMs: 1_000, waitMs: 0 });
  // Nothing to compare clocks by: the record holds a duration and no time of day.
  expect(Object.keys(await record(resource)).sort()).toEqual([
    "fencingToken",
    "leaseMs",
    "owner",
    "pk",
    "recordVersion",
  ]);

  const { clock, guard: waiter } = withClock();
  let refusals = 0;
  const waiting = waiter.acquire([resource], { ttlMs: 5_000, waitMs: 60_000, onRefused: () => (refusals += 1) });
  await eventually(async () => refusals > 0, "it has seen the version");
  // The holder's lease is over by everybody's watch but the waiter's, which stands still.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect((await record(resource)).fencingToken?.N).toBe("1");
  await clock.advance(950);
  await eventually(async () => refusals > 1, "it looks again");
  expect((await record(resource)).fencingToken?.N).toBe("1");
  const lease = await advanceUntil(clock, waiting);
  expect(tokenOf(lease)).toBe(2n);
  await waiter.release(lease);
});

test("a heartbeat restarts the waiting client's wait", async () => {
  const resource = key();
  const held = await guard.acquire([resource], { ttlMs: 5_000, waitMs: 0 });
  const { clock, guard: waiter } = withClock();
  let refusals = 0;
  const onRefused = () => {
    refusals += 1;
  };
  const waiting = waiter.acquire([resource], { ttlMs: 5_000, waitMs: 60_000, onRefused });
  await eventually(async () => refusals > 0, "it has seen the version");
  /** It looks only when its clock moves, and has looked when it was refused. */
  const looksAfter = async (ms: number) => {
    const before = refusals;
    await clock.advance(ms);
    await eventually(async () => refusals > before, "it has looked again");
  };
  await looksAfter(4_900);
  const extended = await guard.extend(held, 5_000);
  expect(extended.remainingMs()).toBeGreaterThan(0);
  expect(tokenOf(extended)).toBe(tokenOf(held));
  await looksAfter(50);
  await looksAfter(4_900);
  expect((await record(resource)).owner?.S).toBe(held.owner);
  await guard.release(extended);
  await waiter.release(await advanceUntil(clock, waiting));
});

test("after a takeover the old owner's heartbeat is refused", async () => {
  const resource = key();
  const old = await guard.acquire([resource], { ttlMs: 60_000, waitMs: 0 });
  const { clock, guard: waiter } = withClock();
  const current = await takeOver(waiter, clock, resource, 60_000);
  await expect(guard.extend(old, 60_000)).rejects.toBeInstanceOf(LeaseLost);
  expect((await record(resource)).owner?.S).toBe(current.owner);
  await waiter.release(current);
});

test("two resources: one that is held gives back the other", async () => {
  const [free, held] = [key(), key()].sort() as [string, string];
  const lease = await guard.acquire([held], ask);
  await expect(guard.acquire([free, held], ask)).rejects.toMatchObject({ reason: "contention" });
  expect((await record(free)).owner).toBeUndefined();
  await guard.release(lease);
  const both = await guard.acquire([free, held], ask);
  expect(both.fencingTokens).toEqual(
    new Map([
      [free, 2n],
      [held, 2n],
    ]),
  );
  await guard.release(both);
});

test("tokens go on from where they were when the store was killed", async () => {
  const resource = key();
  const before = await guard.acquire([resource], ask);
  await guard.release(before);
  await act("kill", "dynamodb");
  await eventually(async () => (await guard.availability()).available, "DynamoDB is back");
  const after = await guard.acquire([resource], patient);
  expect([tokenOf(before), tokenOf(after)]).toEqual([1n, 2n]);
  await guard.release(after);
});

type Waiter = ReturnType<typeof withClock>;

/** Waits the holder out, by the waiter's clock alone. */
async function takeOver(waiter: Waiter["guard"], clock: Waiter["clock"], resource: string, leaseMs: number) {
  let refusals = 0;
  const onRefused = () => {
    refusals += 1;
  };
  const waiting = waiter.acquire([resource], { ttlMs: 5_000, waitMs: 10 * leaseMs, onRefused });
  await eventually(async () => refusals > 0, "the waiter has seen the holder's version");
  await clock.advance(leaseMs);
  return advanceUntil(clock, waiting);
}

async function advanceUntil(clock: Waiter["clock"], waiting: Promise<Lease>): Promise<Lease> {
  let lease: Lease | undefined;
  waiting.then(
    (granted) => {
      lease = granted;
    },
    () => {},
  );
  for (let step = 0; step < 300 && !lease; step += 1) {
    await clock.advance(40);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return waiting;
}
