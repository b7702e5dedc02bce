import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { eventually, system } from "@last-unit/stack/testing";
import type { Redis } from "ioredis";
import { afterEach, expect, test } from "vitest";
import { type LeaseStore, LockBusy } from "../src/lease-store.ts";
import { setNx } from "../src/redis/set-nx.ts";
import { connectLockNode } from "../src/redlock/connect.ts";
import { quorum } from "../src/redlock/quorum.ts";
import { redlock } from "../src/redlock/redlock.ts";
import { openLockNodes } from "./lock-nodes.ts";

const stores: [string, number, (nodes: Redis[]) => LeaseStore][] = [
  ["set-nx", 1, ([node]) => setNx(node as Redis)],
  ["redlock", 5, (nodes) => redlock(nodes)],
  ["quorum", 5, (nodes) => quorum(nodes)],
];
/** Much longer than any wait below: what is free before that was released. */
const TTL_MS = 120_000;
const key = () => `lock:lost-connection:${randomUUID()}`;

const opened: Redis[] = [];
afterEach(() => {
  for (const node of opened.splice(0)) node.disconnect();
});

async function open(count: number): Promise<Redis[]> {
  const nodes = system.redis.slice(0, count).map(({ url }) => connectLockNode(url));
  for (const node of nodes) node.on("error", () => {});
  opened.push(...nodes);
  await Promise.all(nodes.map((node) => once(node, "ready")));
  return nodes;
}

/** What a managed Redis does at maintenance: every client's connection is closed by the server. */
async function killClients(nodes: readonly Redis[]): Promise<void> {
  const admins = openLockNodes();
  opened.push(...admins);
  const closed = nodes.map((node) => once(node, "close"));
  await Promise.all(admins.slice(0, nodes.length).map((admin) => admin.call("CLIENT", "KILL", "TYPE", "normal")));
  await Promise.all(closed);
}

async function isFree(count: number, resource: string): Promise<boolean> {
  const admins = openLockNodes().slice(0, count);
  opened.push(...admins);
  return (await Promise.all(admins.map((admin) => admin.exists(resource)))).every((held) => held === 0);
}

test.each(stores)(
  "%s: a release that meets a closed connection is sent again on the next one",
  async (_, count, make) => {
    const nodes = await open(count);
    const store = make(nodes);
    const resource = key();
    const lease = await store.acquire([resource], { ttlMs: TTL_MS, waitMs: 1_000 });
    await killClients(nodes);
    await store.release(lease);
    await eventually(() => isFree(count, resource), "all nodes have released it", 10_000);
  },
);

test.each(stores)(
  "%s: a release whose answer is lost is sent again, and the caller does not wait",
  async (_, count, make) => {
    const nodes = await open(count);
    const store = make(nodes);
    const resource = key();
    const lease = await store.acquire([resource], { ttlMs: TTL_MS, waitMs: 1_000 });
    for (const node of nodes) (node as unknown as { stream: { cork(): void } }).stream.cork();
    const releasing = store.release(lease);
    await new Promise(setImmediate);
    // What was written to a corked stream is lost with it: the nodes never see this release.
    for (const node of nodes) (node as unknown as { stream: { destroy(): void } }).stream.destroy();
    await releasing;
    expect(await isFree(count, resource)).toBe(false);
    await eventually(() => isFree(count, resource), "all nodes have released it", 10_000);
  },
);

test.each(stores)(
  "%s: an extension that meets a closed connection is sent again on the next one",
  async (_, count, make) => {
    const nodes = await open(count);
    const store = make(nodes);
    const lease = await store.acquire([key()], { ttlMs: TTL_MS, waitMs: 1_000 });
    await killClients(nodes);
    const extended = await store.extend(lease, TTL_MS);
    expect(extended.remainingMs()).toBeGreaterThan(0);
    await store.release(extended);
  },
);

test.each(stores)("%s: an attempt whose answers are lost leaves no key behind", async (_, count, make) => {
  const nodes = await open(count);
  const store = make(nodes);
  const resource = key();
  const acquiring = store.acquire([resource], { ttlMs: TTL_MS, waitMs: 0 }).catch(() => undefined);
  await new Promise(setImmediate);
  // The command is in the server's socket, and its answer has nowhere to go.
  for (const node of nodes) (node as unknown as { stream: { destroySoon(): void } }).stream.destroySoon();
  const lease = await acquiring;
  if (lease) await store.release(lease);
  await eventually(() => isFree(count, resource), "all nodes have released it", 10_000);
});

test("redlock: a won minority whose release meets a closed connection is released on the next one", async () => {
  const nodes = await open(5);
  const store = redlock(nodes);
  // From here on all nodes know the package's scripts.
  await store.release(await store.acquire([key()], { ttlMs: TTL_MS, waitMs: 1_000 }));
  const resource = key();
  await Promise.all(nodes.slice(2).map((node) => node.set(resource, "somebody else", "PX", TTL_MS)));
  const votes: Promise<unknown>[] = [];
  for (const [index, node] of nodes.entries()) {
    const evalsha = node.evalsha.bind(node) as (...args: unknown[]) => Promise<unknown>;
    let calls = 0;
    const watched = async (...args: unknown[]) => {
      calls += 1;
      // The second one is the package's own release of what it has won.
      if (calls === 2 && index < 2) (node as unknown as { stream: { destroy(): void } }).stream.destroy();
      const answer = evalsha(...args);
      if (calls > 1) return answer;
      votes.push(answer);
      // No node's answer is missing when the package counts the votes.
      await Promise.resolve();
      await Promise.all(votes);
      return answer;
    };
    Object.assign(node, { evalsha: watched });
  }
  await expect(store.acquire([resource], { ttlMs: TTL_MS, waitMs: 0 })).rejects.toBeInstanceOf(LockBusy);
  await eventually(() => isFree(2, resource), "both won nodes have released it", 10_000);
});
