import type { LeaseStore } from "@last-unit/locks";
import { connectLockNode } from "@last-unit/locks/quorum";
import type { Redis } from "ioredis";

export interface HungNode {
  cycles: number;
  healthyMs: number;
  hungMs: number;
  ratio: number;
}

interface Pausable {
  name: string;
  pause(): Promise<void>;
  resume(): Promise<void>;
}

const ROUND = 25;

/** The median time to acquire an uncontended lock, with all nodes and with the first one stopped, by turns in one run. */
export async function measureHungNode(
  open: (nodes: readonly Redis[]) => LeaseStore,
  urls: readonly string[],
  services: readonly Pausable[],
  cycles: number,
  signal: AbortSignal,
): Promise<HungNode> {
  const victim = services.find(({ name }) => name === "redis-1");
  if (!victim) throw new Error("There is no redis-1 to stop.");
  const nodes = urls.map((url) => connectLockNode(url));
  for (const node of nodes) node.on("error", () => {});
  const guard = open(nodes);
  const cycle = async (key: number) => {
    const began = performance.now();
    const lease = await guard.acquire([`bench:${key}`], { ttlMs: 5_000, waitMs: 2_000 });
    const tookMs = performance.now() - began;
    await guard.release(lease);
    return tookMs;
  };
  const healthy: number[] = [];
  const hung: number[] = [];
  try {
    await Promise.all(nodes.map((node) => new Promise((resolve) => node.once("ready", resolve))));
    for (let warmUp = 0; warmUp < 200; warmUp += 1) await cycle(warmUp);
    while (hung.length < cycles) {
      signal.throwIfAborted();
      for (let turn = 0; turn < ROUND; turn += 1) healthy.push(await cycle(turn));
      await victim.pause();
      try {
        for (let turn = 0; turn < ROUND; turn += 1) hung.push(await cycle(turn));
      } finally {
        await victim.resume();
      }
      // The woken node first does what it owes; the next healthy round must not pay for it.
      for (let turn = 0; turn < ROUND; turn += 1) await cycle(turn);
    }
  } finally {
    for (const node of nodes) node.disconnect();
  }
  const [healthyMs, hungMs] = [median(healthy), median(hung)];
  return { cycles: hung.length, healthyMs, hungMs, ratio: hungMs / healthyMs };
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
