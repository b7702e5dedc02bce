import { median } from "./bench/rounds.ts";
import type { RunEvent } from "./lab-client.ts";

/**
 * The median time in milliseconds for which a checkout held its lock: from `locked` to `released`, or to `committed` if the
 * lock is the database's own. Undefined if no checkout had a lock.
 */
export function medianHeldMs(events: readonly RunEvent[]): number | undefined {
  const attempts = new Map<string, Map<string, number>>();
  for (const { attempt, checkpoint, at } of events) {
    const times = attempts.get(attempt) ?? new Map<string, number>();
    attempts.set(attempt, times.set(checkpoint, at));
  }
  const held = [...attempts.values()].flatMap((times) => {
    const [locked, ended] = [times.get("locked"), times.get("released") ?? times.get("committed")];
    return locked === undefined || ended === undefined ? [] : [ended - locked];
  });
  return held.length === 0 ? undefined : median(held);
}
