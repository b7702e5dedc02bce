import { randomUUID } from "node:crypto";
import { act, eventually, system } from "@last-unit/stack/testing";
import { createClient } from "node-zookeeper-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Clock } from "../src/clock.ts";
import { type Lease, LeaseLost, type LeaseStore, LockBusy } from "../src/lease-store.ts";
import { suspendableClock } from "../src/suspendable-clock.ts";
import { openTcpProxy, zooKeeperProtocol } from "../src/testing/index.ts";
import { type ZooKeeperConnection, zooKeeperEnsemble } from "../src/zookeeper/connection.ts";
import type { ZooKeeperSession } from "../src/zookeeper/session.ts";
import { zookeeper } from "../src/zookeeper/zookeeper.ts";
import { remedy } from "./subjects.ts";

const servers = system.zookeeper.map(({ url }) => url);
const names = system.zookeeper.map(({ name }) => name);
const ask = { ttlMs: 3_000, waitMs: 10_000 };
const resource = () => `lock:test:${randomUUID()}`;

interface Client {
  store: LeaseStore;
  connection: ZooKeeperConnection;
  session(): Promise<ZooKeeperSession>;
}

const closers: (() => unknown)[] = [];

/** A client with a session of its own, as each replica has one. */
function open(urls = servers, lockTtlMs = 3_000, clock?: Clock): Client {
  const ensemble = zooKeeperEnsemble({ url: urls.join(",") });
  const connection = ensemble.connect({ lockTtlMs, clock });
  closers.push(() => ensemble.close());
  return {
    store: zookeeper(connection, { remedy }),
    connection,
    async session() {
      const session = await connection.session(5_000);
      if (!session) throw new Error("There is no session.");
      return session;
    },
  };
}

/** One proxy before each server. */
async function openProxies() {
  const proxies = await Promise.all(servers.map((server) => openTcpProxy(server, { protocol: zooKeeperProtocol })));
  closers.push(() => proxies.map((proxy) => proxy.close()));
  return proxies;
}

const CREATE = 1;
/** A request is its length, a number of its own, the operation, and its arguments. */
const createsLock = (request: Buffer) =>
  request.length > 12 && request.readInt32BE(8) === CREATE && request.includes("/locks/");

const unusable =
  servers.length === 0
    ? "There is no ZooKeeper ensemble: Java or ZooKeeper cannot be had here."
    : await whyUnusable().catch((error: Error) => error.message);

async function whyUnusable(): Promise<string | undefined> {
  const state = await open().store.availability();
  return state.available ? undefined : state.reason;
}

beforeEach(({ skip }) => skip(unusable !== undefined, unusable));
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Joins the queue, and resolves when another is known to be before it. */
async function queue(store: LeaseStore, name: string): Promise<{ lease: Promise<Lease>; looks: () => number }> {
  let looks = 0;
  const onRefused = () => {
    looks += 1;
  };
  const lease = store.acquire([name], { ...ask, waitMs: 30_000, onRefused });
  lease.catch(() => {});
  await eventually(async () => looks > 0, "it waits");
  return { lease, looks: () => looks };
}

/** Ends a session as its servers do when it expires: a second client takes it over by its id and password and closes it. */
async function expire(session: ZooKeeperSession): Promise<void> {
  const sessionId = Buffer.alloc(8);
  sessionId.writeBigUInt64BE(session.id);
  const options = { sessionTimeout: 3_000, sessionId, sessionPassword: session.client.password() };
  const second = createClient(servers.join(","), options);
  second.connect();
  await new Promise<void>((connected) => second.once("connected", connected));
  second.close();
}

const tokenOf = (lease: Lease) => [...(lease.fencingTokens?.values() ?? [])][0] ?? 0n;

async function queueOf({ connection, session }: Client, name: string): Promise<string[]> {
  const path = `${connection.root}/locks/${encodeURIComponent(name)}`;
  return (await session()).client.children(path).catch(() => []);
}

test("20 clients in 3 sessions: never two inside, everybody served, and the tokens grow", async () => {
  const clients = [open(), open(), open()];
  const name = resource();
  const tokens: bigint[] = [];
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const { store } = clients[index % 3] as Client;
      const lease = await store.acquire([name], { ...ask, waitMs: 50_000 });
      inside += 1;
      most = Math.max(most, inside);
      tokens.push(tokenOf(lease));
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      await store.release(lease);
    }),
  );
  expect({ most, served: tokens.length }).toEqual({ most: 1, served: 20 });
  expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => (a < b ? -1 : 1)));
});

test("the queue is served in the order of arrival, across sessions", async () => {
  const clients = [open(), open(), open()];
  const name = resource();
  const first = await (clients[0] as Client).store.acquire([name], ask);
  const served: number[] = [];
  const done: Promise<void>[] = [];
  for (const place of [1, 2, 3, 4, 5, 6]) {
    const { store } = clients[place % 3] as Client;
    const { lease } = await queue(store, name);
    done.push(
      lease.then(async (granted) => {
        served.push(place);
        await store.release(granted);
      }),
    );
  }
  await (clients[0] as Client).store.release(first);
  await Promise.all(done);
  expect(served).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a release wakes one of ten waiters, and nobody else looks", async () => {
  const { store } = open();
  const name = resource();
  const first = await store.acquire([name], ask);
  const waiters: Awaited<ReturnType<typeof queue>>[] = [];
  for (let count = 0; count < 10; count += 1) waiters.push(await queue(store, name));
  const looks = () => waiters.map((waiter) => waiter.looks());
  expect(looks()).toEqual(Array(10).fill(1));

  await store.release(first);
  const second = await waiters[0]?.lease;
  // A waiter that had been woken with it would have asked the same server before this answer comes.
  await store.availability();
  expect(looks()).toEqual(Array(10).fill(1));
  await store.release(second as Lease);
  for (const waiter of waiters.slice(1)) await store.release(await waiter.lease);
});

test("a client that waits too long is refused for contention and leaves the queue", async () => {
  const client = open();
  const name = resource();
  const lease = await client.store.acquire([name], ask);
  const began = performance.now();
  const refused = await client.store.acquire([name], { ...ask, waitMs: 300 }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(LockBusy);
  expect(refused).toMatchObject({ reason: "contention", votes: undefined });
  expect(performance.now() - began).toBeGreaterThanOrEqual(300);
  expect(performance.now() - began).toBeLessThan(5_000);
  await eventually(async () => (await queueOf(client, name)).length === 1, "only one stands there");
  expect(await client.store.ownerOf?.(name)).toBe(lease.owner);
  await client.store.release(lease);
});

test("one of several resources is taken: those before it are free again", async () => {
  const { store } = open();
  const [a, b] = [resource(), resource()].sort() as [string, string];
  const lease = await store.acquire([b], ask);
  await expect(store.acquire([a, b], { ...ask, waitMs: 200 })).rejects.toMatchObject({ reason: "contention" });
  await store.release(await store.acquire([a], ask));
  await store.release(lease);
  const both = await store.acquire([a, b], ask);
  expect([...(both.fencingTokens?.keys() ?? [])]).toEqual([a, b]);
  await store.release(both);
});

test("names that are no znode names: refused or granted, and neither the connection nor another lease ends", async () => {
  const client = open();
  const name = resource();
  const lease = await client.store.acquire([name], ask);
  const states: string[] = [];
  (await client.session()).onState((state) => states.push(state));
  await expect(client.store.acquire([""], ask)).rejects.toBeInstanceOf(RangeError);
  for (const dots of [".", "..", "a/../b"]) await client.store.release(await client.store.acquire([dots], ask));
  // Longer than a third of the session's timeout, after which an unanswered request ends the connection.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(states).toEqual([]);
  expect(lease.remainingMs()).toBeGreaterThan(0);
  await client.store.release(lease);
});

test("an expired session ends its lease at once; the next in the queue gets the lock with a higher token", async () => {
  const [a, b] = [open(), open()];
  const name = resource();
  const lost = await a.store.acquire([name], ask);
  const { lease: next } = await queue(b.store, name);
  const session = await a.session();
  const ended = new Promise((resolve) => lost.ended?.addEventListener("abort", resolve));
  await expire(session);
  await ended;
  await eventually(async () => lost.remainingMs() === 0, "its holder knows");
  await expect(a.store.extend(lost, 3_000)).rejects.toBeInstanceOf(LeaseLost);
  const granted = await next;
  expect(tokenOf(granted)).toBeGreaterThan(tokenOf(lost));

  // A late release is no release of somebody else's lock, and the same client goes on with a new session.
  await a.store.release(lost);
  expect(await b.store.ownerOf?.(name)).toBe(granted.owner);
  const { lease: again } = await queue(a.store, name);
  await b.store.release(granted);
  expect(tokenOf(await again)).toBeGreaterThan(tokenOf(granted));
  expect((await a.session()).id).not.toBe(session.id);
});

test("a waiter whose session expires queues again, with a new one", async () => {
  const [a, b] = [open(), open()];
  const name = resource();
  const holder = await a.store.acquire([name], ask);
  const { lease, looks } = await queue(b.store, name);
  await expire(await b.session());
  await eventually(async () => looks() > 1, "it waits again");
  await a.store.release(holder);
  await b.store.release(await lease);
});

test("disconnected is not expired: the lease lasts, its validity runs down, and an extension waits for the reconnect", async () => {
  const proxies = await openProxies();
  const client = open(
    proxies.map(({ address }) => address),
    6_000,
  );
  const name = resource();
  const lease = await client.store.acquire([name], ask);
  const { id } = await client.session();
  for (const proxy of proxies) proxy.cut();
  const whenCut = lease.remainingMs();
  await eventually(async () => lease.remainingMs() < whenCut - 500, "the validity runs down");
  const extension = client.store.extend(lease, 3_000);
  for (const proxy of proxies) proxy.heal();
  await extension;
  expect(lease.remainingMs()).toBeGreaterThan(whenCut - 500);
  expect(lease.ended?.aborted).toBe(false);
  expect((await client.session()).id).toBe(id);
  expect(await client.store.ownerOf?.(name)).toBe(lease.owner);
  await client.store.release(lease);
});

test("cut off for longer than its validity: the lease is invalid before the servers give it to another", async () => {
  const proxies = await openProxies();
  const urls = proxies.map(({ address }) => address);
  const [a, b] = [open(urls, 2_000), open()];
  const name = resource();
  const lease = await a.store.acquire([name], ask);
  const { lease: next } = await queue(b.store, name);
  for (const proxy of proxies) proxy.cut();
  let remainingWhenGranted = Number.NaN;
  const granted = await next.then((value) => {
    remainingWhenGranted = lease.remainingMs();
    return value;
  });
  expect(remainingWhenGranted).toBe(0);
  await expect(a.store.extend(lease, 2_000)).rejects.toBeInstanceOf(LeaseLost);
  for (const proxy of proxies) proxy.heal();
  await eventually(async () => lease.ended?.aborted, "a server says that the session has expired");
  expect(await b.store.ownerOf?.(name)).toBe(granted.owner);
});

test("a suspended holder's session runs out without it; when it wakes, it is told", async () => {
  const clock = suspendableClock();
  const [a, b] = [open(servers, 1_500, clock), open()];
  const name = resource();
  const lease = await a.store.acquire([name], ask);
  const { lease: next } = await queue(b.store, name);
  clock.suspend();
  const granted = await next;
  clock.resume();
  await expect(a.store.extend(lease, 1_500)).rejects.toBeInstanceOf(LeaseLost);
  await eventually(async () => lease.ended?.aborted, "its lease ends");
  expect(tokenOf(granted)).toBeGreaterThan(tokenOf(lease));
  await a.store.release(lease);
  expect(await b.store.ownerOf?.(name)).toBe(granted.owner);
});

test("the answer to a create is lost: the znode is found again, and no orphan blocks the next", async () => {
  const proxies = await openProxies();
  const client = open(
    proxies.map(({ address }) => address),
    6_000,
  );
  const other = open();
  const name = resource();
  // The parent is there: the next create is the lock's own znode.
  await client.store.release(await client.store.acquire([name], ask));
  const losses = proxies.map((proxy) => proxy.loseAnswer({ matches: createsLock }));
  const lease = await client.store.acquire([name], ask);
  await Promise.race(losses);
  expect(await queueOf(other, name)).toHaveLength(1);
  await client.store.release(lease);
  await other.store.release(await other.store.acquire([name], { ...ask, waitMs: 1_000 }));
});

test.each(["stop", "pause"] as const)(
  "no majority (%s of two servers): unreachable in time and said so; back, and the same client locks again",
  async (harm) => {
    const client = open();
    const [name, other] = [resource(), resource()];
    const lease = await client.store.acquire([name], ask);
    const heal = harm === "stop" ? "start" : "resume";
    for (const server of names.slice(0, 2)) await act(harm, server);
    try {
      await eventually(async () => lease.remainingMs() === 0, "the lease is not valid any more");
      const began = performance.now();
      const refused = await client.store.acquire([other], { ...ask, waitMs: 1_000 }).catch((error: unknown) => error);
      expect(refused).toMatchObject({ name: "LockBusy", reason: "unreachable" });
      expect(performance.now() - began).toBeLessThan(6_000);
      const asked = performance.now();
      expect(await client.store.availability()).toMatchObject({
        available: false,
        reason: expect.stringContaining("remedy for zookeeper 1: unreachable"),
      });
      expect(performance.now() - asked).toBeLessThan(1_500);
      await client.store.release(lease);
      expect(performance.now() - asked).toBeLessThan(3_000);
    } finally {
      for (const server of names.slice(0, 2)) await act(heal, server);
    }
    await eventually(async () => (await client.store.availability()).available, "the ensemble is back", 60_000);
    await client.store.release(await client.store.acquire([name], ask));
    await client.store.release(await client.store.acquire([other], ask));
  },
  180_000,
);

test("a hung server (SIGSTOP of each in turn) is left for another, with the session and the lease", async () => {
  const client = open(servers, 6_000);
  const name = resource();
  const lease = await client.store.acquire([name], ask);
  for (const server of names) {
    await act("pause", server);
    try {
      await eventually(
        async () => {
          const free = await client.store.acquire([resource()], ask).catch(() => undefined);
          if (free) await client.store.release(free);
          return free !== undefined;
        },
        `it locks without ${server}`,
        60_000,
      );
    } finally {
      await act("resume", server);
    }
  }
  await client.store.extend(lease, 3_000);
  expect(await client.store.ownerOf?.(name)).toBe(lease.owner);
  await client.store.release(lease);
}, 240_000);

test("tokens grow over the restart of each server, one by one and all at once", async () => {
  const client = open();
  const name = resource();
  const tokens: bigint[] = [];
  const takeOne = async () => {
    const lease = await eventually(
      () => client.store.acquire([name], { ...ask, waitMs: 1_000 }).catch(() => undefined),
      "the lock is granted",
      60_000,
    );
    tokens.push(tokenOf(lease));
    await client.store.release(lease);
  };
  await takeOne();
  for (const server of names) {
    await act("kill", server);
    await takeOne();
    await act("start", server);
  }
  await Promise.all(names.map((server) => act("stop", server)));
  await Promise.all(names.map((server) => act("start", server)));
  await takeOne();
  expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => (a < b ? -1 : 1)));
  expect(tokens).toHaveLength(5);
}, 180_000);
