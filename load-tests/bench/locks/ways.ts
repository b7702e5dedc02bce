import { randomUUID } from "node:crypto";
import { connectLockNode, quorum } from "@last-unit/locks/quorum";
import { Redis } from "ioredis";

/** Acquires and releases the lock on a key once. @throws when the lock is not granted. */
export type Cycle = (key: string) => Promise<void>;

const TTL_MS = 10_000;
const RELEASE_SCRIPT = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`;

/** Ways to take a lock: each gets connections that are ready, and is free to send what it likes over them. */
export const lockWays = {
  "Last Unit": {
    connect: connectLockNode,
    async open(nodes) {
      const guard = quorum(nodes);
      return async (key) => guard.release(await guard.acquire([key], { ttlMs: TTL_MS, waitMs: 1_000 }));
    },
  },
  "one node, SET NX": { nodes: 1, connect: (url) => new Redis(url), open: async ([node]) => setNx(node as Redis) },
  "one node, SET NX, pipelined": {
    nodes: 1,
    connect: (url) => new Redis(url, { enableAutoPipelining: true }),
    open: async ([node]) => setNx(node as Redis),
  },
  "redlock 5 beta": {
    connect: (url) => new Redis(url),
    async open(nodes) {
      const { default: Redlock } = await import("redlock");
      const quorum = new Redlock(nodes);
      return async (key) => void (await quorum.release(await quorum.acquire([key], TTL_MS)));
    },
  },
  "redlock 4": {
    connect: (url) => new Redis(url),
    async open(nodes) {
      const { default: Redlock } = await import("redlock-4");
      const quorum = new Redlock(nodes);
      return async (key) => (await quorum.acquire([key], TTL_MS)).unlock();
    },
  },
  "redis-semaphore": {
    connect: (url) => new Redis(url),
    async open(nodes) {
      const { RedlockMutex } = await import("redis-semaphore");
      return async (key) => {
        const mutex = new RedlockMutex([...nodes], key, { lockTimeout: TTL_MS, refreshInterval: 0 });
        await mutex.acquire();
        await mutex.release();
      };
    },
  },
  "redlock-universal": {
    connect: (url) => new Redis(url),
    async open(nodes) {
      const { createRedlock, IoredisAdapter } = await import("redlock-universal");
      const adapters = nodes.map((node) => new IoredisAdapter(node));
      return async (key) => {
        const lock = createRedlock({ adapters, key, ttl: TTL_MS });
        await lock.release(await lock.acquire());
      };
    },
  },
} satisfies Record<string, LockWay>;

export interface LockWay {
  /** How many of the nodes it uses, if not all. */
  nodes?: number;
  connect(url: string): Redis;
  open(nodes: readonly Redis[]): Promise<Cycle>;
}

export type LockWayName = keyof typeof lockWays;

function setNx(node: Redis): Cycle {
  node.defineCommand("releaseLock", { numberOfKeys: 1, lua: RELEASE_SCRIPT });
  const { releaseLock } = node as Redis & { releaseLock(key: string, owner: string): Promise<number> };
  return async (key) => {
    const owner = randomUUID();
    if ((await node.set(key, owner, "PX", TTL_MS, "NX")) === null) throw new Error(`${key} is held by somebody else.`);
    await releaseLock.call(node, key, owner);
  };
}
