import { type LeaseStore, LockBusy } from "../lease-store.ts";

/**
 * How many buyers of this process may follow the first one before those of other processes are woken: those who stood in
 * line at its release, and no more than this. A hand-over inside a process costs a fraction of one between processes.
 * Source: Dice, Marathe, Shavit, "Lock Cohorting" (PPoPP 2012), where a bound keeps the series from starving others.
 */
const LONGEST_SERIES = 16;

/**
 * Lets one buyer of this process at a time compete for a resource; the others wait in line here, in the order in which
 * they came. So three replicas send the lock nodes three contenders, however large the crowd, and nobody polls.
 */
export function queuedLocally(store: LeaseStore): LeaseStore {
  const lines = new Map<string, Line>();

  return {
    ...store,
    async acquire(resources, options) {
      const cameAt = performance.now();
      const deadline = cameAt + options.waitMs;
      const entered: string[] = [];
      let goesFirst = true;
      try {
        for (const resource of resources) {
          goesFirst = (await enter(lines, resource, deadline - performance.now())) && goesFirst;
          entered.push(resource);
        }
        // Who stood here for long comes before whoever has just come to another process.
        const waitedMs = (options.waitedMs ?? 0) + performance.now() - cameAt;
        const waitMs = Math.max(0, deadline - performance.now());
        return await store.acquire(resources, { ...options, waitMs, waitedMs, goesFirst });
      } catch (error) {
        for (const resource of entered) leave(lines, resource, false);
        throw error;
      }
    },
    async release(lease) {
      const held = lease.resources.map((resource) => lines.get(resource));
      for (const line of held) beginSeries(line);
      const isHandedOn = held.every(mayHandOn);
      const leaveAll = () => {
        for (const resource of lease.resources) leave(lines, resource, isHandedOn);
      };
      const released = store.release(lease, { isHandedOn });
      // The next one asks in the same turn, so that a hand-over costs one round of requests and not two.
      if (store.keepsOrder) leaveAll();
      try {
        await released;
      } finally {
        if (!store.keepsOrder) leaveAll();
      }
    },
  };
}

/** Those who wait behind the one that is inside. A resource without a line is free. */
interface Line {
  waiting: Set<(goesFirst: boolean) => void>;
  /** How many may still follow without the lock being announced. Undefined: whoever is inside is the first of a series. */
  left?: number;
}

function beginSeries(line: Line | undefined): void {
  if (line) line.left ??= Math.min(LONGEST_SERIES, line.waiting.size);
}

const mayHandOn = (line: Line | undefined) => line !== undefined && line.waiting.size > 0 && Boolean(line.left);

/** Resolves when it is the caller's turn; true if the one before it handed the lock on. */
function enter(lines: Map<string, Line>, resource: string, waitMs: number): Promise<boolean> {
  const line = lines.get(resource);
  if (!line) {
    lines.set(resource, { waiting: new Set() });
    return Promise.resolve(false);
  }
  return new Promise((resolve, reject) => {
    const turn = (goesFirst: boolean) => {
      clearTimeout(timer);
      resolve(goesFirst);
    };
    const timer = setTimeout(
      () => {
        line.waiting.delete(turn);
        reject(new LockBusy("contention"));
      },
      Math.max(0, waitMs),
    );
    line.waiting.add(turn);
  });
}

function leave(lines: Map<string, Line>, resource: string, isHandedOn: boolean): void {
  const line = lines.get(resource);
  const [next] = line?.waiting ?? [];
  if (!line || !next) {
    lines.delete(resource);
    return;
  }
  line.left = isHandedOn && line.left ? line.left - 1 : undefined;
  line.waiting.delete(next);
  next(isHandedOn);
}
