import type { CheckpointName } from "../../inventory/checkpoint.ts";
import type { Strategy } from "../../inventory/strategy.ts";
import type { Arrival } from "./replay.ts";
import type { Shopper } from "./shopper.ts";
import { wantAt } from "./spoiled.ts";
import type { Stage } from "./stage.ts";

/** Long enough to be held until the script pauses its holder, short enough to be waited out. */
export const SHORT_TTL_MS = 1_500;

export const WAKES =
  "A's machine goes on. On A's clock no time has passed, so A still believes in its lease, and its request goes on before any of its timers.";

export const needsLease = ({ name, guard }: Strategy) =>
  guard === "none" ? `${name} takes no lease, so there is none that could run out under its holder.` : undefined;

/** The next shopper asks, is refused, and waits until the store itself lets it in: no sleep says when the lease is over. */
export async function outlast(stage: Stage, next: Shopper, until: readonly CheckpointName[]): Promise<Arrival> {
  const began = performance.now();
  const asks = await next.go(until);
  wantAt(asks, "the door");
  await stage.tell(next, asks);
  const entered = await next.getIn(until);
  const waitedMs = Math.round(performance.now() - began);
  await stage.step(
    null,
    `${leaseEnds(stage.strategy.guard, next.name)} That was ${waitedMs} ms after ${next.name} asked, while A's machine stood still.`,
  );
  return entered;
}

/** What ends the lease of a holder that is not heard of any more. */
function leaseEnds(guard: string, next: string): string {
  switch (guard) {
    case "zookeeper":
      return `The ensemble has heard nothing of A for ${SHORT_TTL_MS} ms and ends its session; A's znode goes with it, and ${next}, the next in line, gets the lock.`;
    case "dynamodb-lease":
      return `${next} has watched A's item for a whole lease of ${SHORT_TTL_MS} ms, by its own clock, and no heartbeat has changed its version: ${next} takes the lock over.`;
    default:
      return `The TTL of ${SHORT_TTL_MS} ms is over and nobody has extended it, so A's key is gone, and ${next} gets the lock.`;
  }
}
