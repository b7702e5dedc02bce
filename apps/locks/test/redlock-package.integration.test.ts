import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { act, eventually, system } from "@last-unit/stack/testing";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type LeaseStore, LockBusy, type Votes } from "../src/lease-store.ts";
import { queuedLocally } from "../src/local-queue.ts";
import { connectLockNode } from "../src/redlock/connect.ts";
import { quorum } from "../src/redlock/quorum.ts";
import { redlock } from "../src/redlock/redlock.ts";

const nodes = system.redis.map(({ url }) => connectLockNode(url));
for (const node of nodes) node.on("error", () => {});
beforeAll(async () => {
  const isReady = nodes.map((node) => (node.status === "ready" ? undefined : once(node, "ready")));
  await Promise.all(isReady);
});
afterAll(() => {
  for (const node of nodes) node.disconnect();
});

const names = system.redis.map(({ name }) => name);
const paused: string[] = [];
async function pause(...services: string[]): Promise<void> {
  for (const service of services) {
    paused.push(service);
    await act("pause", service);
  }
}
async function resume(): Promise<void> {
  for (const service of paused.splice(0)) await act("resume", service);
  const pongs = () => Promise.all(nodes.map((node) => node.ping().catch(() => "")));
  await eventually(async () => (await pongs()).every((pong) => pong === "PONG"), "five nodes answer");
}
afterEach(resume);

const key = () => `lock:package:${randomUUID()}`;
const ask = { ttlMs: 60_000, waitMs: 5_000 };
const now = { ttlMs: 60_000, waitMs: 0 };
/** ioredis closes a connection that owes an answer for 5 s. What comes before that did not wait for the hung node. */
function watchForClose(index: number): () => boolean {
  let isClosed = false;
  nodes[index]?.once("close", () => {
    isClosed = true;
  });
  return () => isClosed;
}
const kinds = (votes: Votes | undefined) => votes?.nodes.map(({ vote }) => vote);
const refusedBy = async (store: LeaseStore, resource: string): Promise<LockBusy> => {
  const outcome = await store.acquire([resource], now).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(LockBusy);
  return outcome as LockBusy;
};

describe("the package and our own quorum, as during an upgrade", () => {
  const [theirs, ours] = [redlock(nodes), quorum(nodes)];

  test.each([
    ["the package", theirs, ours],
    ["the quorum", ours, theirs],
  ])(
    "what %s holds is refused to the other, which cannot release it, and is free after its release",
    async (_, holder, other) => {
      const resource = key();
      const lease = await holder.acquire([resource], ask);
      expect(await other.ownerOf?.(resource)).toBe(lease.owner);
      expect((await refusedBy(other, resource)).reason).toBe("contention");
      const free = await other.acquire([key()], ask);
      await other.release({ ...free, resources: [resource] });
      expect((await refusedBy(other, resource)).reason).toBe("contention");
      await holder.release(lease);
      await other.release(await other.acquire([resource], ask));
    },
  );

  test("32 clients of both: never two inside", async () => {
    const resource = key();
    let [inside, most, served] = [0, 0, 0];
    await Promise.all(
      Array.from({ length: 32 }, async (_, index) => {
        const store = index % 2 === 0 ? theirs : ours;
        const lease = await store.acquire([resource], { ttlMs: 60_000, waitMs: 50_000 });
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        served += 1;
        await store.release(lease);
      }),
    );
    expect({ most, served }).toEqual({ most: 1, served: 32 });
  });
});

describe.each([
  ["redlock", redlock],
  ["quorum", quorum],
] as const)("%s: each node's own vote", (_, open) => {
  test.each([3, 5])("all %i nodes grant it: each with its time", async (count) => {
    const store = open(nodes.slice(0, count));
    const lease = await store.acquire([key()], ask);
    await eventually(async () => lease.votes?.for === count, "all nodes have answered");
    expect(kinds(lease.votes)).toEqual(Array(count).fill("granted"));
    expect(lease.votes?.nodes.every(({ tookMs = -1 }) => tookMs >= 0)).toBe(true);
    await store.release(lease);
  });

  test("a hung node is silent, and late when it continues; the others' votes are told meanwhile", async () => {
    await pause(names[4] ?? "");
    const store = open(nodes);
    const lease = await store.acquire([key()], ask);
    await eventually(async () => lease.votes?.for === 4, "four nodes have answered");
    expect(kinds(lease.votes)).toEqual(["granted", "granted", "granted", "granted", "silent"]);
    // Any deadline of the node is over.
    await new Promise((resolve) => setTimeout(resolve, 400));
    await resume();
    await eventually(async () => kinds(lease.votes)?.[4] === "late", "the fifth vote is late");
    expect(lease.votes?.for).toBe(4);
    await store.release(lease);
  });

  test("no quorum: the error tells who granted and who refused", async () => {
    const resource = key();
    await Promise.all([0, 2, 4].map((index) => nodes[index]?.set(resource, "somebody else", "PX", 60_000)));
    const { votes, reason } = await refusedBy(open(nodes), resource);
    expect(reason).toBe("contention");
    expect(kinds(votes)).toEqual(["refused", "granted", "refused", "granted", "refused"]);
  });

  test("nodes that have forgotten the scripts: the votes are told all the same", async () => {
    await Promise.all(nodes.map((node) => node.script("FLUSH")));
    const store = open(nodes);
    const lease = await store.acquire([key()], ask);
    await eventually(async () => lease.votes?.for === 5, "five votes are told");
    await store.release(lease);
  });
});

describe("redlock: what is added around the package", () => {
  const store = redlock(nodes);
  // All nodes know the package's scripts: a hung node's votes need no second command.
  beforeAll(async () => store.release(await store.acquire([key()], ask)));

  test("split votes and a hung node: refused within our bound, and the won minority is free while the node still hangs", async () => {
    const resource = key();
    const taken = nodes.slice(2, 4);
    await Promise.all(taken.map((node) => node.set(resource, "somebody else", "PX", 60_000)));
    await pause(names[4] ?? "");
    const wasClosed = watchForClose(4);
    const { votes } = await refusedBy(store, resource);
    expect(wasClosed()).toBe(false);
    expect(kinds(votes)).toEqual(["granted", "granted", "refused", "refused", "silent"]);
    const won = () => Promise.all(nodes.slice(0, 2).map((node) => node.exists(resource)));
    await eventually(async () => (await won()).every((held) => held === 0), "the won nodes are free", 10_000);
    await resume();
    expect(await nodes[4]?.get(resource)).toBeNull();
  });

  test("three nodes hang: a release and an extension come back all the same", async () => {
    const lease = await store.acquire([key()], { ttlMs: 2_000, waitMs: 5_000 });
    const other = await store.acquire([key()], ask);
    await pause(...names.slice(0, 3));
    const wasClosed = watchForClose(0);
    await store.release(other);
    expect(wasClosed()).toBe(false);
    await expect(store.extend(lease, 2_000)).rejects.toMatchObject({ name: "LeaseLost" });
  });

  test("an attempt asks each node once: while the package retries by itself, it keeps the minority that it won", async () => {
    const resource = key();
    await Promise.all(nodes.slice(0, 3).map((node) => node.set(resource, "somebody else", "PX", 60_000)));
    const sent: string[] = [];
    const evalsha = nodes[4]?.evalsha.bind(nodes[4]) as (...args: unknown[]) => Promise<unknown>;
    const counted = new Proxy(nodes[4] as Redis, {
      get: (target, property) => {
        const value = Reflect.get(target, property);
        if (property !== "evalsha") return typeof value === "function" ? value.bind(target) : value;
        return (hash: string, keyCount: number, keysAndArguments: unknown[]) => {
          // Only an acquire has a TTL after the key and the owner.
          if (keysAndArguments.length === 3) sent.push("acquire");
          return evalsha(hash, keyCount, keysAndArguments);
        };
      },
    });
    await refusedBy(redlock([...nodes.slice(0, 4), counted]), resource);
    expect(sent).toEqual(["acquire"]);
    expect(await nodes[4]?.exists(resource)).toBe(0);
  });

  test("contention and an outage are told apart, although the package throws the same error for both", async () => {
    const dead = [1, 2, 3].map(() => connectLockNode("redis://127.0.0.1:1"));
    for (const node of dead) node.on("error", () => {});
    const { reason, votes } = await refusedBy(redlock([...dead, ...nodes.slice(3)]), key());
    for (const node of dead) node.disconnect();
    expect(reason).toBe("too-few-nodes");
    await eventually(async () => votes?.for === 2, "the other two have answered");
    expect(kinds(votes)).toEqual(["silent", "silent", "silent", "granted", "granted"]);
  });

  test("a release notifies the waiters of other processes, unless it is handed on within this one", async () => {
    const [subscriber, resource] = [nodes[0]?.duplicate({ enableOfflineQueue: true }) as Redis, key()];
    const heard: string[] = [];
    subscriber.on("message", (_channel, message) => heard.push(message));
    await subscriber.subscribe(`released:${resource}`);
    await store.release(await store.acquire([resource], ask), { isHandedOn: true });
    const lease = await store.acquire([resource], ask);
    await store.release(lease);
    await eventually(async () => heard.length > 0, "it is notified");
    subscriber.disconnect();
    expect(heard).toEqual([`${lease.owner} `]);
  });

  test("many callers in one process do not starve a single one in another", async () => {
    const others = system.redis.map(({ url }) => connectLockNode(url));
    for (const node of others) node.on("error", () => {});
    await Promise.all(others.map((node) => once(node, "ready")));
    const [busy, single] = [queuedLocally(store), queuedLocally(redlock(others))];
    const patient = { ttlMs: 5_000, waitMs: 30_000 };
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
    for (let turn = 0; turn < 12; turn += 1) {
      const before = turnsOfTheBusy;
      const lease = await single.acquire([resource], patient);
      overtaken.push(turnsOfTheBusy - before);
      await single.release(lease);
    }
    isOver = true;
    await Promise.all(callers);
    for (const node of others) node.disconnect();
    // A series is 17 turns long at most. Nothing orders the two processes, so one may miss some of the gaps in between.
    expect(overtaken.sort((a, b) => a - b)[6]).toBeLessThan(80);
  });
});
