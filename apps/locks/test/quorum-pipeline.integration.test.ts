import { randomUUID } from "node:crypto";
import { eventually, system } from "@last-unit/stack/testing";
import type { Redis } from "ioredis";
import { afterAll, expect, test } from "vitest";
import { queuedLocally } from "../src/local-queue.ts";
import { connectLockNode, quorum } from "../src/redlock/quorum.ts";
import { opcodeOf, script, WAITER_ID_LENGTH } from "../src/redlock/scripts.ts";
import { openLockNodes } from "./lock-nodes.ts";

const nodes = openLockNodes();
afterAll(() => {
  for (const node of nodes) node.disconnect();
});
const guard = quorum(nodes);
const key = () => `lock:pipeline:${randomUUID()}`;
const ask = { ttlMs: 60_000, waitMs: 0 };
const isFree = (resource: string) =>
  eventually(
    async () => (await holders(resource)).every((owner) => owner === null),
    `${resource} is free on all nodes`,
  );
const holders = (resource: string) => Promise.all(nodes.map((node) => node.get(resource)));

test("32 locks that are taken in one event-loop tick cost each node one command, and so do their releases", async () => {
  let commands = 0;
  const counted = nodes.map((node) =>
    intercepted(node, (run) => {
      commands += 1;
      return run();
    }),
  );
  const counting = quorum(counted);
  await counting.release(await counting.acquire([key()], { ttlMs: 60_000, waitMs: 5_000 }));
  commands = 0;
  const leases = await Promise.all(Array.from({ length: 32 }, () => counting.acquire([key()], ask)));
  expect(commands).toBeLessThanOrEqual(5);
  await Promise.all(leases.map((lease) => counting.release(lease)));
  expect(commands).toBeLessThanOrEqual(10);
  for (const { resources } of leases) await isFree(resources[0] ?? "");
});

test("a release and the acquire after it may share a tick: the lock is free when it is asked for", async () => {
  const resource = key();
  const first = await guard.acquire([resource], ask);
  const releasing = guard.release(first);
  const second = await guard.acquire([resource], ask);
  await releasing;
  expect(await holders(resource)).toEqual(Array(5).fill(second.owner));
  await guard.release(second);
});

test.each(["before", "after"])(
  "nodes whose memory is full refuse the lock, and do the release that comes %s it in the same tick",
  async (when) => {
    const [held, wanted] = [key(), key()];
    const lease = await guard.acquire([held], ask);
    await Promise.all(nodes.map((node) => node.config("SET", "maxmemory", "1")));
    try {
      const early = when === "before" ? guard.release(lease) : undefined;
      const refused = guard.acquire([wanted], ask).catch((error: unknown) => error);
      await (early ?? guard.release(lease));
      expect(await refused).toMatchObject({ reason: "too-few-nodes", votes: { for: 0, against: 0, unavailable: 5 } });
      await isFree(held);
    } finally {
      await Promise.all(nodes.map((node) => node.config("SET", "maxmemory", "0")));
    }
  },
);

test("nodes that have forgotten the script grant, extend and release all the same", async () => {
  const resource = key();
  const forget = () => Promise.all(nodes.map((node) => node.script("FLUSH")));
  await forget();
  const lease = await guard.acquire([resource], ask);
  await forget();
  const extended = await guard.extend(lease, 60_000);
  await forget();
  await guard.release(extended);
  await isFree(resource);
});

test("a node that asks for the script too late does not take a lock that was given up", async () => {
  const resource = key();
  const [slow, ...others] = nodes;
  await Promise.all(others.slice(0, 3).map((node) => node.set(resource, "somebody else", "PX", 60_000)));
  let ask4Script = () => {};
  const asksForScript = new Promise<never>((_, reject) => {
    ask4Script = () => reject(new Error("NOSCRIPT No matching script."));
  });
  let isFirst = true;
  const late = intercepted(slow as Redis, (run) => {
    if (!isFirst) return run();
    isFirst = false;
    return asksForScript;
  });
  const over = quorum([late, ...others]);
  await expect(over.acquire([resource], ask)).rejects.toMatchObject({ reason: "contention" });
  ask4Script();
  await new Promise((resolve) => setImmediate(resolve));
  // On the same connection, so it is answered after whatever was sent again.
  expect(await slow?.get(resource)).toBeNull();
  await Promise.all(others.map((node) => node.del(resource)));
});

test("while nobody waits, nothing is published and no queue is kept", async () => {
  const resource = key();
  const heard: string[] = [];
  const ears = nodes.map((node) => node.duplicate({ enableOfflineQueue: true }));
  for (const ear of ears) {
    ear.on("message", (channel) => heard.push(channel));
    await ear.subscribe(`released:${resource}`);
  }
  await guard.release(await guard.acquire([resource], ask));
  expect(await Promise.all(nodes.map((node) => node.exists(`waiters:${resource}`)))).toEqual(Array(5).fill(0));
  // A message would have come before the answer to a later command of its connection.
  await Promise.all(ears.map((ear) => ear.ping()));
  expect(heard).toEqual([]);
  for (const ear of ears) ear.disconnect();
});

test("several resources are taken together or not at all, on each node", async () => {
  const [first, second, third] = [key(), key(), key()];
  const lease = await guard.acquire([second], ask);
  await expect(guard.acquire([first, second, third], ask)).rejects.toMatchObject({ reason: "contention" });
  for (const free of [first, third]) await isFree(free);
  await guard.release(lease);
  const all = await guard.acquire([first, second, third], ask);
  const extended = await guard.extend(all, 60_000);
  await Promise.all(nodes.slice(0, 3).map((node) => node.del(third)));
  await expect(guard.extend(extended, 60_000)).rejects.toMatchObject({ votes: { for: 2 } });
  await guard.release(extended);
  await isFree(first);
});

test("a handoff inside a process costs each node one command", async () => {
  let commands = 0;
  const counted = nodes.map((node) =>
    intercepted(node, (run) => {
      commands += 1;
      return run();
    }),
  );
  const queued = queuedLocally(quorum(counted));
  const resource = key();
  await queued.release(await queued.acquire([resource], { ttlMs: 60_000, waitMs: 5_000 }));
  commands = 0;
  const callers = Array.from({ length: 10 }, async () => {
    const lease = await queued.acquire([resource], { ttlMs: 60_000, waitMs: 30_000 });
    await queued.release(lease);
  });
  await Promise.all(callers);
  // The first one's acquire, nine hand-overs, and the last one's release.
  expect(commands).toBeLessThanOrEqual(5 * 11);
});

test("a client that was granted a minority releases it, and queues on all the nodes", async () => {
  const resource = key();
  await Promise.all(nodes.slice(0, 3).map((node) => node.set(resource, "somebody else", "PX", 60_000)));
  const waiting = guard.acquire([resource], { ttlMs: 60_000, waitMs: 30_000 });
  await eventually(async () => {
    const places = await Promise.all(nodes.map((node) => node.zcard(`waiters:${resource}`)));
    return places.every((count) => count === 1);
  }, "it is queued on five nodes");
  await Promise.all(nodes.slice(0, 3).map((node) => node.del(resource)));
  await guard.release(await waiting);
});

test("a client that gives up and disconnects at once leaves neither a key nor a queue entry behind", async () => {
  const resource = key();
  await Promise.all(nodes.slice(0, 3).map((node) => node.set(resource, "somebody else", "PX", 60_000)));
  const own = system.redis.map(({ url }) => connectLockNode(url));
  await Promise.all(own.map((node) => new Promise((resolve) => node.once("ready", resolve))));
  await expect(quorum(own).acquire([resource], ask)).rejects.toMatchObject({ reason: "contention" });
  for (const node of own) node.disconnect();
  await eventually(async () => {
    const kept = await Promise.all(
      nodes.map((node, index) => node.exists(...(index < 3 ? [] : [resource]), `waiters:${resource}`)),
    );
    return kept.every((count) => count === 0);
  }, "nothing is kept");
  await Promise.all(nodes.slice(0, 3).map((node) => node.del(resource)));
});

test.each([
  ["was notified", "acquire-first", ["came since", "same moment", "later"]],
  ["overtook those who did not come", "acquire-past", ["same moment", "later"]],
] as const)("a holder that %s leaves the others in the queue", async (_, command, left) => {
  const [node] = nodes as [Redis];
  const resource = key();
  const queue = `waiters:${resource}`;
  const name = (who: string) => who.padEnd(WAITER_ID_LENGTH, ".");
  // By the time they waited: one that stood elsewhere for longer comes in front of all.
  const scores = { "came since": 1, me: 2, "same moment": 2, later: 3 };
  for (const [who, score] of Object.entries(scores)) await node.zadd(queue, score, name(who));
  const [granted] = (await node.eval(
    script.text,
    1,
    resource,
    opcodeOf(command, 1),
    name("me"),
    "5000",
    "0",
  )) as number[];
  expect(granted).toBe(1);
  expect(await node.zrange(queue, "0", "-1")).toEqual(left.map(name));
  await node.del(resource, queue);
});

function intercepted(node: Redis, around: (run: () => Promise<unknown>) => Promise<unknown>): Redis {
  return new Proxy(node, {
    get(target, property) {
      const value = Reflect.get(target, property);
      if (typeof value !== "function") return value;
      if (property !== "eval" && property !== "evalsha") return value.bind(target);
      return (...input: unknown[]) => around(() => value.apply(target, input));
    },
  });
}
