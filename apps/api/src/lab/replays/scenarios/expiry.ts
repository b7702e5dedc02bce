import type { CheckpointName } from "../../../checkpoint.ts";
import type { Strategy } from "../../../inventory/strategy.ts";
import type { Buyer } from "../buyer.ts";
import type { Arrival } from "../replay.ts";
import { requireAt } from "../replay.ts";
import type { Stage } from "../stage.ts";

/** Long enough for the script to pause the holder before the lease expires, and short enough to wait for. */
export const SHORT_TTL_MS = 1_500;

export const WAKES =
  "A's machine resumes. On A's clock no time has passed, so A still considers its lease valid, and its request runs before any of its timers.";

export const needsLease = ({ name, guard }: Strategy) =>
  guard === "none" ? `${name} takes no lease, so no lease can expire while its holder is paused.` : undefined;

/**
 * The next buyer requests the lock, is rejected, and waits until the store grants it. The store decides when, not a
 * sleep.
 */
export async function outlast(stage: Stage, next: Buyer, until: readonly CheckpointName[]): Promise<Arrival> {
  const began = performance.now();
  const asks = await next.go(until);
  requireAt(asks, "the door");
  await stage.tell(next, asks);
  const entered = await next.getIn(until);
  const waitedMs = Math.round(performance.now() - began);
  await stage.step(
    null,
    `${leaseEnds(stage.strategy.guard, next.name)} That was ${waitedMs} ms after ${next.name} asked, while A's machine was suspended.`,
  );
  return entered;
}

/** Describes how the lease of a paused holder ends. */
function leaseEnds(guard: string, next: string): string {
  switch (guard) {
    case "zookeeper":
      return `The ensemble has received nothing from A for ${SHORT_TTL_MS} ms, so it expires A's session and deletes A's znode. ${next}, next in the queue, gets the lock.`;
    case "dynamodb-lease":
      return `${next} has seen the same version of A's item for a full lease duration of ${SHORT_TTL_MS} ms (measured locally), so ${next} takes the lock over.`;
    default:
      return `The TTL of ${SHORT_TTL_MS} ms has passed and nobody has extended it, so A's key has expired, and ${next} gets the lock.`;
  }
}
