import { setTimeout as sleep } from "node:timers/promises";
import type { Votes } from "../checkpoint.ts";
import { type AcquireOptions, type BusyReason, LockBusy } from "../lease-store.ts";

/** One try at a lock. A refusal says why, and how the nodes voted. */
export type Attempt<L> = { lease: L } | { reason: BusyReason; votes: Votes; cause?: unknown };

/** With no answer in sight, more waiting only makes the buyer wait: the service is down, not busy. */
const ATTEMPTS_WITHOUT_ANSWER = 4;
const PAUSE_MS = { min: 8, max: 40 };

/**
 * Tries until the lock is granted or the wait is over, with a jittered pause in between: those who were refused together
 * must not come back together.
 * @throws LockBusy with the last refusal's reason and votes.
 */
export async function waitForGrant<L>(
  tryOnce: () => Promise<Attempt<L>>,
  { waitMs, onRefused }: Pick<AcquireOptions, "waitMs" | "onRefused">,
): Promise<L> {
  const deadline = performance.now() + waitMs;
  for (let withoutAnswer = 0; ; ) {
    const attempt = await tryOnce();
    if ("lease" in attempt) return attempt.lease;
    onRefused?.(attempt.votes);
    const unanswered = attempt.reason === "too-few-nodes" || attempt.reason === "unreachable";
    withoutAnswer = unanswered ? withoutAnswer + 1 : 0;
    const pauseMs = PAUSE_MS.min + Math.random() * (PAUSE_MS.max - PAUSE_MS.min);
    if (withoutAnswer >= ATTEMPTS_WITHOUT_ANSWER || performance.now() + pauseMs > deadline) {
      throw new LockBusy(attempt.reason, attempt.votes, { cause: attempt.cause });
    }
    await sleep(pauseMs);
  }
}
