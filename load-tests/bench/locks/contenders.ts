import { setTimeout as sleep } from "node:timers/promises";
import { type Lease, type LeaseStore, LockBusy, queuedLocally } from "@last-unit/locks";
import { connectLockNode, quorum } from "@last-unit/locks/quorum";
import { redlock } from "@last-unit/locks/redlock";
import type { Redis } from "ioredis";
import Redlock, { type Lock } from "redlock";
import type { HandOverKind, Task, Turns } from "./hand-over.ts";

const WARM_UP_MS = 1_000;

// One of the processes of hand-over.ts: says "ready", gets a task, answers with its contenders' turns.
process.once("message", async (task: Task) => {
  const nodes = task.urls.map((url) => connectLockNode(url));
  for (const node of nodes) node.on("error", () => {});
  await Promise.all(nodes.map((node) => new Promise((resolve) => node.once("ready", resolve))));
  const guard = guardFor(task.kind, quorum(nodes), nodes);
  await warmUp(guard, task);
  const end = performance.now() + task.milliseconds;
  const turns = await Promise.all(Array.from({ length: task.contenders }, () => contend(guard, task.key, end)));
  for (const node of nodes) node.disconnect();
  process.send?.(turns, () => process.disconnect());
});
process.send?.("ready");

/** The code of a hand-over is compiled on a key of this process's own, or the first seconds would measure that. */
async function warmUp(guard: LeaseStore, { key, contenders }: Task): Promise<void> {
  const end = performance.now() + WARM_UP_MS;
  const ownKey = `${key}:${process.pid}`;
  await Promise.all(Array.from({ length: contenders }, () => contend(guard, ownKey, end)));
}

async function contend(guard: LeaseStore, key: string, end: number): Promise<Turns> {
  const waits: number[] = [];
  const holds: number[] = [];
  for (;;) {
    const began = performance.now();
    const waitMs = end - began;
    const lease = waitMs > 0 ? await guard.acquire([key], { ttlMs: 5_000, waitMs }).catch(() => undefined) : undefined;
    const grantedAt = performance.now();
    waits.push(Math.min(grantedAt, Math.max(end, began)) - began);
    if (!lease) return { waits, holds };
    await guard.release(lease);
    holds.push(performance.now() - grantedAt);
    // Counted only while everybody is there.
    if (performance.now() > end) return { waits, holds };
  }
}

function guardFor(kind: HandOverKind, guard: LeaseStore, nodes: readonly Redis[]): LeaseStore {
  if (kind === "wake-up") return guard;
  if (kind === "in-line") return queuedLocally(guard);
  if (kind === "redlock") return queuedLocally(redlock(nodes));
  return kind === "polling" ? polled(guard, nodes) : queuedLocally(polled(guard, nodes));
}

/** The attempts of the npm package `redlock` 5, one every 8 to 40 ms, and nobody hears a release. */
function polled(guard: LeaseStore, nodes: readonly Redis[]): LeaseStore {
  const bare = new Redlock(nodes, { retryCount: 0 });
  return {
    ...guard,
    async acquire(resources, { ttlMs, waitMs }) {
      const until = performance.now() + waitMs;
      for (;;) {
        try {
          const lock = await bare.acquire([...resources], ttlMs);
          return { resources, owner: "the package's", lock, remainingMs: () => ttlMs };
        } catch (cause) {
          if (performance.now() > until) throw new LockBusy("contention", undefined, { cause });
          await sleep(8 + Math.random() * 32);
        }
      }
    },
    async release(lease) {
      await bare.release((lease as Lease & { lock: Lock }).lock).catch(() => {});
    },
  };
}
