import { type LeaseStore, LockBusy } from "../lease-store.ts";

/**
 * How many buyers of this process follow each other before those of other processes are woken. A hand-over inside a
 * process costs a third of one between processes.
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
      const isHandedOn = lease.resources.every((resource) => mayHandOn(lines.get(resource)));
      try {
        await store.release(lease, { isHandedOn });
      } finally {
        for (const resource of lease.resources) leave(lines, resource, isHandedOn);
      }
    },
  };
}

/** Those who wait behind the one that is inside. A resource without a line is free. */
interface Line {
  waiting: Set<(goesFirst: boolean) => void>;
  /** How many followed each other without the lock being announced. */
  series: number;
}

const mayHandOn = (line: Line | undefined) =>
  line !== undefined && line.waiting.size > 0 && line.series < LONGEST_SERIES;

/** Resolves when it is the caller's turn; true if the one before it handed the lock on. */
function enter(lines: Map<string, Line>, resource: string, waitMs: number): Promise<boolean> {
  const line = lines.get(resource);
  if (!line) {
    lines.set(resource, { waiting: new Set(), series: 0 });
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
  line.series = isHandedOn ? line.series + 1 : 0;
  line.waiting.delete(next);
  next(isHandedOn);
}
