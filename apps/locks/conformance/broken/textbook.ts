import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Adapter, Held, LockClient } from "../adapter.ts";

/** What is left out of the algorithm, or done wrong. */
export type Defect =
  | "sets without NX"
  | "keeps a won minority when refused"
  | "wants every node"
  | "waits for every node's answer"
  | "does not check the validity"
  | "counts two of five as a majority"
  | "keeps a won minority between tries"
  | "deletes without comparing the owner"
  | "releases only the nodes that had answered"
  | "releases only the nodes that granted"
  | "extends without comparing the owner"
  | "reports every extension as done"
  | "never aborts the routine"
  | "opens a connection for each lock"
  | "waits for ever once a connection was lost";

const RELEASE = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`;
const EXTEND = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("PEXPIRE", KEYS[1], ARGV[2]) end return 0`;
const RETRY_MS = 100;

interface TextbookLock extends Held {
  name: string;
  owner: string;
  validUntil: number;
  /** The nodes that had answered, and those that had granted, when it was acquired. */
  answered: readonly Redis[];
}

/**
 * Redlock as it is described, in the shortest form that passes every case, with one defect or none.
 * Source: https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/
 */
export function textbook(name: string, defect?: Defect): Adapter {
  const is = (one: Defect) => defect === one;
  return { name, open };

  async function open(urls: string[]): Promise<LockClient> {
    const connect = (url: string) => {
      const node = new Redis(url, { maxRetriesPerRequest: 3, retryStrategy: () => 100 });
      node.on("error", () => {});
      node.on("close", () => {
        wasLost = true;
      });
      return node;
    };
    let wasLost = false;
    const nodes = urls.map(connect);
    const extra: Redis[] = [];
    await Promise.all(nodes.map((node) => once(node, "ready")));
    const majority = is("wants every node")
      ? nodes.length
      : is("counts two of five as a majority")
        ? 2
        : Math.floor(nodes.length / 2) + 1;

    const remove = (on: readonly Redis[], lock: string, owner: string) => {
      const one = (node: Redis) =>
        is("deletes without comparing the owner") ? node.del(lock) : node.eval(RELEASE, 1, lock, owner);
      return Promise.race([Promise.allSettled(on.map(one)), sleep(1_000)]);
    };

    async function attempt(lock: string, owner: string, ttlMs: number): Promise<TextbookLock | undefined> {
      const askedAt = performance.now();
      const set = (node: Redis) =>
        is("sets without NX") ? node.set(lock, owner, "PX", ttlMs) : node.set(lock, owner, "PX", ttlMs, "NX");
      const votes = await vote(
        nodes,
        set,
        majority,
        is("waits for every node's answer"),
        is("does not check the validity") ? undefined : ttlMs,
      );
      const validUntil = askedAt + ttlMs - ttlMs / 100 - 2;
      const isValid = performance.now() < validUntil || is("does not check the validity");
      if (votes.granted.length >= majority && isValid) {
        return {
          name: lock,
          owner,
          validUntil,
          answered: votes.answered,
          remainingMs: () => validUntil - performance.now(),
        };
      }
      if (is("keeps a won minority when refused") || is("keeps a won minority between tries")) return undefined;
      await remove(is("releases only the nodes that granted") ? votes.granted : nodes, lock, owner);
      return undefined;
    }

    async function acquire(lock: string, ttlMs: number, waitMs: number): Promise<TextbookLock> {
      const until = performance.now() + waitMs;
      const owner = randomUUID();
      if (is("opens a connection for each lock")) extra.push(connect(urls[0] ?? ""));
      wasLost = false;
      for (;;) {
        const held = await attempt(lock, owner, ttlMs);
        if (held) return held;
        if (performance.now() >= until) break;
        await sleep(RETRY_MS * (0.5 + Math.random()));
        if (wasLost && is("waits for ever once a connection was lost")) await new Promise(() => {});
      }
      if (is("keeps a won minority between tries")) await remove(nodes, lock, owner);
      throw new Error("refused");
    }

    async function extend(held: Held, ttlMs: number): Promise<TextbookLock> {
      const lock = held as TextbookLock;
      const askedAt = performance.now();
      const one = (node: Redis) =>
        is("extends without comparing the owner")
          ? node.set(lock.name, lock.owner, "PX", ttlMs)
          : node.eval(EXTEND, 1, lock.name, lock.owner, ttlMs);
      const { granted } = await vote(nodes, one, majority, false, ttlMs);
      if (granted.length < majority && !is("reports every extension as done")) throw new Error("lost");
      const validUntil = askedAt + ttlMs - ttlMs / 100 - 2;
      return { ...lock, validUntil, remainingMs: () => validUntil - performance.now() };
    }

    const release = async (held: Held) => {
      const { name: lock, owner, answered } = held as TextbookLock;
      await remove(is("releases only the nodes that had answered") ? answered : nodes, lock, owner);
    };

    async function using(lock: string, ttlMs: number, routine: (signal: AbortSignal) => Promise<void>): Promise<void> {
      const lost = new AbortController();
      let held = await acquire(lock, ttlMs, 5_000);
      const beat = setInterval(async () => {
        const extended = await extend(held, ttlMs).catch(() => undefined);
        if (extended) held = extended;
        else if (!is("never aborts the routine")) lost.abort();
      }, ttlMs / 3);
      await routine(lost.signal).finally(() => clearInterval(beat));
      await release(held);
    }

    const close = () => {
      for (const node of [...nodes, ...extra]) node.disconnect();
    };
    return { acquire, extend, release, using, close };
  }
}

/** Resolves when the vote is decided, or when every node has answered; or when the time is over. */
async function vote(
  nodes: readonly Redis[],
  ask: (node: Redis) => Promise<unknown>,
  majority: number,
  waitsForAll: boolean,
  boundMs: number | undefined,
) {
  const granted: Redis[] = [];
  const answered: Redis[] = [];
  const decided = new Promise<void>((resolve) => {
    for (const node of nodes) {
      const count = (isGranted: boolean) => {
        answered.push(node);
        if (isGranted) granted.push(node);
        const isDecided = granted.length >= majority || answered.length - granted.length > nodes.length - majority;
        if (answered.length === nodes.length || (isDecided && !waitsForAll)) resolve();
      };
      ask(node).then(
        (answer) => count(answer === "OK" || answer === 1),
        () => count(false),
      );
    }
  });
  const bound = new AbortController();
  const work: Promise<unknown>[] = [decided];
  if (!waitsForAll && boundMs !== undefined)
    work.push(sleep(boundMs, undefined, { signal: bound.signal }).catch(() => {}));
  await Promise.race(work);
  bound.abort();
  return { granted: [...granted], answered: [...answered] };
}
