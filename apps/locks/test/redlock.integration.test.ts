import { randomUUID } from "node:crypto";
import { eventually } from "@last-unit/stack/testing";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../src/clock.ts";
import { type Lease, LeaseLost, LockBusy } from "../src/lease-store.ts";
import { queuedLocally } from "../src/local-queue.ts";
import { quorum } from "../src/redlock/quorum.ts";
import { redlock } from "../src/redlock/redlock.ts";
import { openLockNodes } from "./lock-nodes.ts";

const nodes = openLockNodes();
beforeAll(async () => void (await Promise.all(nodes.map((node) => node.ping()))));
afterAll(() => {
  for (const node of nodes) node.disconnect();
});
const key = () => `lock:test:${randomUUID()}`;
const ask = { ttlMs: 5_000, waitMs: 200 };

const holders = (resource: string) => Promise.all(nodes.map((node) => node.get(resource)));

describe.each([
  ["redlock", redlock],
  ["quorum", quorum],
] as const)("%s", (_, open) => {
  const guard = open(nodes);

  test("while one holds it, another is refused for contention, with the votes", async () => {
    const resource = key();
    const lease = await guard.acquire([resource], ask);
    const refused = await guard.acquire([resource], ask).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LockBusy);
    expect(refused).toMatchObject({ reason: "contention", votes: { for: 0, against: 5, unavailable: 0 } });
    await guard.release(lease);
    await guard.release(await guard.acquire([resource], ask));
  });

  test("a release frees only the owner's own lock", async () => {
    const resource = key();
    const old = await guard.acquire([resource], { ttlMs: 100, waitMs: 0 });
    await eventually(async () => (await holders(resource)).every((owner) => owner === null), "the old lease expires");
    const current = await guard.acquire([resource], ask);
    await guard.release(old);
    expect(await holders(resource)).toEqual(Array(5).fill(current.owner));
    await expect(guard.extend(old, 5_000)).rejects.toBeInstanceOf(LeaseLost);
    await guard.release(current);
  });

  test("a holder that vanished is waited out by its TTL", async () => {
    const resource = key();
    await guard.acquire([resource], { ttlMs: 300, waitMs: 0 });
    const next = await guard.acquire([resource], { ttlMs: 5_000, waitMs: 10_000 });
    expect(next.remainingMs()).toBeGreaterThan(0);
    await guard.release(next);
  });

  test("an extension lengthens the validity", async () => {
    const lease = await guard.acquire([key()], { ttlMs: 500, waitMs: 0 });
    const extended = await guard.extend(lease, 5_000);
    expect(extended.remainingMs()).toBeGreaterThan(1_000);
    await guard.release(extended);
  });

  test("a lock that is granted after its time was over is refused: the npm package alone would return it", async () => {
    const resource = key();
    const hastyClock = { ...systemClock, now: () => 20 * performance.now() };
    const slow = open(
      nodes.map((node) => delayed(node, 10)),
      { clock: hastyClock },
    );
    const refused = await slow.acquire([resource], { ttlMs: 100, waitMs: 0 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LockBusy);
    expect(refused).toMatchObject({ reason: "timeout" });
  });

  test("a won minority is released before the next attempt", async () => {
    const resource = key();
    const taken = nodes.slice(0, 3);
    await Promise.all(taken.map((node) => node.set(resource, "somebody else", "PX", 60_000)));
    const long = { ttlMs: 60_000, waitMs: 200 };
    await expect(guard.acquire([resource], long)).rejects.toMatchObject({ reason: "contention" });
    await eventually(
      async () => (await holders(resource)).slice(3).every((owner) => owner === null),
      "the two won nodes are free again, long before their TTL",
      10_000,
    );
    await Promise.all(taken.map((node) => node.del(resource)));
  });

  test("three unreachable nodes: too-few-nodes, long before the wait is over", async () => {
    const unreachable = nodes.map((node, index) => (index < 3 ? failing(node) : node));
    const refused = await open(unreachable)
      .acquire([key()], { ttlMs: 5_000, waitMs: 60_000 })
      .catch((error: unknown) => error);
    // On a busy machine another node may be late.
    expect(refused).toMatchObject({ reason: "too-few-nodes", votes: { against: 0 } });
    expect((refused as LockBusy).votes?.unavailable).toBeGreaterThanOrEqual(3);
  });

  test("two unreachable nodes: granted", async () => {
    const lease = await open(nodes.map((node, index) => (index < 2 ? failing(node) : node))).acquire([key()], ask);
    expect(lease.remainingMs()).toBeGreaterThan(0);
    await guard.release(lease);
  });

  test("callers of one process queue in the order in which they came", async () => {
    const queued = queuedLocally(guard);
    const resource = key();
    const first = await queued.acquire([resource], ask);
    const order: number[] = [];
    const waiting = [1, 2, 3, 4].map(async (place) => {
      const lease = await queued.acquire([resource], { ttlMs: 5_000, waitMs: 30_000 });
      order.push(place);
      await queued.release(lease);
    });
    await queued.release(first);
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  test("a caller that gave up in the queue does not block those behind", async () => {
    const queued = queuedLocally(guard);
    const resource = key();
    const first = await queued.acquire([resource], ask);
    const impatient = queued.acquire([resource], { ttlMs: 5_000, waitMs: 20 });
    const patient = queued.acquire([resource], { ttlMs: 5_000, waitMs: 30_000 });
    await expect(impatient).rejects.toMatchObject({ reason: "contention" });
    await queued.release(first);
    await queued.release(await patient);
  });

  test("32 clients through three queues: never two inside", async () => {
    const queues = [queuedLocally(guard), queuedLocally(open(nodes)), queuedLocally(open(nodes))];
    const resource = key();
    let inside = 0;
    let most = 0;
    let served = 0;
    await Promise.all(
      Array.from({ length: 32 }, async (_, index) => {
        const queue = queues[index % queues.length] ?? guard;
        const lease: Lease = await queue.acquire([resource], { ttlMs: 5_000, waitMs: 50_000 });
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        served += 1;
        await queue.release(lease);
      }),
    );
    expect({ most, served }).toEqual({ most: 1, served: 32 });
  });
});

/** A node whose answers come late. */
const delayed = (node: Redis, ms: number) =>
  wrapped(node, async (run) => {
    const answer = await run();
    await new Promise((resolve) => setTimeout(resolve, ms));
    return answer;
  });

const failing = (node: Redis) =>
  wrapped(node, () => Promise.reject(new Error("Stream isn't writeable and enableOfflineQueue options is false")));

function wrapped(node: Redis, around: (run: () => Promise<unknown>) => Promise<unknown>): Redis {
  return new Proxy(node, {
    get(target, property, receiver) {
      const value = Reflect.get(target, property, receiver);
      if (property !== "eval" && property !== "evalsha") return value;
      return (...input: unknown[]) => around(() => value.apply(target, input));
    },
  });
}
