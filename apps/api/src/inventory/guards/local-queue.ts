import { type LeaseStore, LockBusy } from "../lease-store.ts";

/**
 * Lets one buyer of this process at a time compete for a resource; the others wait in line here, in the order in which
 * they came. So three replicas send the lock nodes three contenders, however large the crowd, and nobody polls.
 */
export function queuedLocally(store: LeaseStore): LeaseStore {
  const lines = new Map<string, Line>();

  return {
    ...store,
    async acquire(resources, options) {
      const deadline = performance.now() + options.waitMs;
      const entered: string[] = [];
      try {
        for (const resource of resources) {
          await enter(lines, resource, deadline - performance.now());
          entered.push(resource);
        }
        return await store.acquire(resources, { ...options, waitMs: Math.max(0, deadline - performance.now()) });
      } catch (error) {
        for (const resource of entered) leave(lines, resource);
        throw error;
      }
    },
    async release(lease) {
      try {
        await store.release(lease);
      } finally {
        for (const resource of lease.resources) leave(lines, resource);
      }
    },
  };
}

/** Those who wait behind the one that is inside. A resource without a line is free. */
type Line = Set<() => void>;

function enter(lines: Map<string, Line>, resource: string, waitMs: number): Promise<void> {
  const line = lines.get(resource);
  if (!line) {
    lines.set(resource, new Set());
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    const turn = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(
      () => {
        line.delete(turn);
        reject(new LockBusy("contention"));
      },
      Math.max(0, waitMs),
    );
    line.add(turn);
  });
}

function leave(lines: Map<string, Line>, resource: string): void {
  const line = lines.get(resource);
  const [next] = line ?? [];
  if (!line || !next) {
    lines.delete(resource);
    return;
  }
  line.delete(next);
  next();
}
