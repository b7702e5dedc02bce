import { type Clock, sleep } from "../clock.ts";
import { type AcquireOptions, type BusyReason, LockBusy, type Votes } from "../lease-store.ts";

/** One attempt at a lock. A refusal says why, and how the nodes voted. */
export type Attempt<L> = { lease: L } | { reason: BusyReason; votes: Votes; cause?: unknown };

/** After so many attempts without an answer the service counts as down, not as busy: waiting longer would not help. */
const ATTEMPTS_WITHOUT_ANSWER = 4;
const PAUSE_MS = { min: 8, max: 40 };

/**
 * Tries until the lock is granted or the wait is over, with a jittered pause in between, so that clients that were refused
 * together do not retry together.
 * @throws LockBusy with the last refusal's reason and votes.
 */
export async function pollUntilGranted<L>(
  tryOnce: () => Promise<Attempt<L>>,
  { waitMs, onRefused }: Pick<AcquireOptions, "waitMs" | "onRefused">,
  clock: Clock,
): Promise<L> {
  const deadline = clock.now() + waitMs;
  for (let withoutAnswer = 0; ; ) {
    const attempt = await tryOnce();
    if ("lease" in attempt) return attempt.lease;
    onRefused?.(attempt.votes);
    const unanswered = attempt.reason === "too-few-nodes" || attempt.reason === "unreachable";
    withoutAnswer = unanswered ? withoutAnswer + 1 : 0;
    const pauseMs = PAUSE_MS.min + Math.random() * (PAUSE_MS.max - PAUSE_MS.min);
    if (withoutAnswer >= ATTEMPTS_WITHOUT_ANSWER || clock.now() + pauseMs > deadline) {
      throw new LockBusy(attempt.reason, attempt.votes, { cause: attempt.cause });
    }
    await sleep(clock, pauseMs);
  }
}
