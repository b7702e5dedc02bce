import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, system } from "@last-unit/stack/testing";
import { afterAll, expect, test } from "vitest";
import { LeaseLost, type LeaseStore } from "../src/lease-store.ts";
import { queuedLocally } from "../src/local-queue.ts";
import { connectLockNode, quorum } from "../src/redlock/quorum.ts";

/** A guard over connections of its own, as another process has. */
const connections = [0, 1, 2].map(() => system.redis.map(({ url }) => connectLockNode(url)));
for (const node of connections.flat()) node.on("error", () => {});
afterAll(() => {
  for (const node of connections.flat()) node.disconnect();
});
const [a, b, c] = connections.map((nodes) => quorum(nodes)) as [LeaseStore, LeaseStore, LeaseStore];
const [nodes = []] = connections;
const key = () => `lock:waiting:${randomUUID()}`;
const patient = { ttlMs: 5_000, waitMs: 30_000 };

test("a waiter is woken by the release: no hand-over takes a poller's pause", async () => {
  const resource = key();
  const handOvers: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    const lease = await a.acquire([resource], patient);
    let releasedAt = 0;
    const waiting = b.acquire([resource], patient).then((next) => {
      handOvers.push(performance.now() - releasedAt);
      return b.release(next);
    });
    await sleep(30);
    releasedAt = performance.now();
    await a.release(lease);
    await waiting;
  }
  // Asleep since 30 ms at most, it would try by itself only 50 ms later.
  expect(handOvers.sort((x, y) => x - y)[7]).toBeLessThan(30);
});

test("a release between a waiter's refusal and its subscription is not missed", async () => {
  const waits: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const resource = key();
    const lease = await a.acquire([resource], patient);
    let refusedAt = 0;
    let releasing: Promise<void> | undefined;
    const onRefused = () => {
      if (releasing) return;
      refusedAt = performance.now();
      releasing = a.release(lease);
    };
    const next = await b.acquire([resource], { ...patient, onRefused });
    waits.push(performance.now() - refusedAt);
    await releasing;
    await b.release(next);
  }
  // A waiter that missed it sleeps for 80 ms at least.
  expect(Math.min(...waits)).toBeLessThan(75);
});

test("the client that has waited longest is next, whichever process it waits in", async () => {
  const resource = key();
  const first = await a.acquire([resource], patient);
  const order: string[] = [];
  const waiters: Promise<void>[] = [];
  for (const [name, guard] of [
    ["c", c],
    ["b", b],
    ["a", a],
  ] as const) {
    let wasRefused = false;
    const onRefused = () => {
      wasRefused = true;
    };
    const waiting = guard.acquire([resource], { ...patient, onRefused }).then(async (lease) => {
      order.push(name);
      await sleep(20);
      await guard.release(lease);
    });
    waiters.push(waiting);
    await eventually(async () => wasRefused, "it is queued");
  }
  await a.release(first);
  await Promise.all(waiters);
  expect(order).toEqual(["c", "b", "a"]);
});

test("many callers in one process do not starve a single one in another", async () => {
  const busy = queuedLocally(a);
  const single = queuedLocally(b);
  const resource = key();
  let turnsOfTheBusy = 0;
  let isOver = false;
  const callers = Array.from({ length: 20 }, async () => {
    while (!isOver) {
      const lease = await busy.acquire([resource], patient);
      turnsOfTheBusy += 1;
      await busy.release(lease);
    }
  });
  await eventually(async () => turnsOfTheBusy > 20, "the callers are at work");
  const overtaken: number[] = [];
  for (let turn = 0; turn < 8; turn += 1) {
    const before = turnsOfTheBusy;
    const lease = await single.acquire([resource], patient);
    overtaken.push(turnsOfTheBusy - before);
    await single.release(lease);
  }
  isOver = true;
  await Promise.all(callers);
  // One series of the busy process may be under way when it comes, and one more begin before its turn is seen.
  expect(Math.max(...overtaken)).toBeLessThan(80);
});

test("a waiter that died costs the next one a moment, once", async () => {
  const resource = key();
  const queue = `waiters:${resource}`;
  await Promise.all(nodes.map((node) => node.zadd(queue, 1, "dead")));
  const lease = await a.acquire([resource], patient);
  const waiting = b.acquire([resource], patient);
  await sleep(20);
  await a.release(lease);
  await b.release(await waiting);
  const left = await Promise.all(nodes.map((node) => node.zcard(queue)));
  expect(left.filter((count) => count > 0).length).toBeLessThanOrEqual(2);
});

test("a waiter that gave up, and one that was served, leave no queue entry behind", async () => {
  const resource = key();
  const lease = await a.acquire([resource], patient);
  await expect(b.acquire([resource], { ttlMs: 5_000, waitMs: 30 })).rejects.toMatchObject({ reason: "contention" });
  const waiting = c.acquire([resource], patient);
  await sleep(20);
  await a.release(lease);
  await c.release(await waiting);
  await eventually(
    async () => (await Promise.all(nodes.map((node) => node.exists(`waiters:${resource}`)))).every((n) => n === 0),
    "the queue is empty",
    5_000,
  );
});

test("an extension that failed tells how the nodes voted", async () => {
  const resource = key();
  const lease = await a.acquire([resource], patient);
  await Promise.all(nodes.map((node) => node.del(resource)));
  const lost = await a.extend(lease, 5_000).catch((error: unknown) => error);
  expect(lost).toBeInstanceOf(LeaseLost);
  expect(lost).toMatchObject({ votes: { for: 0 } });
  expect((lost as LeaseLost).votes?.against).toBeGreaterThanOrEqual(3);
});
