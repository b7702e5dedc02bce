import type { Clock } from "../clock.ts";
import { type AcquireOptions, type BusyReason, LockBusy, type Votes } from "../lease-store.ts";
import { majorityOf } from "./nodes.ts";
import type { Acquire } from "./scripts.ts";
import type { Waiter } from "./waiter.ts";

/** After so many attempts without a majority the nodes count as down, not as busy: waiting longer would not help … */
const ATTEMPTS_WITHOUT_MAJORITY = 4;
/** … unless they had a majority so short a time ago, in milliseconds: connections that were all lost are soon back. */
const RECONNECT_MS = 300;

/** What a store knows of its nodes over all its callers. */
export interface Quorate {
  /** By the clock. Undefined while the last attempt found a majority. */
  lostAt?: number;
}

export interface Attempt {
  number: number;
  /** How to ask, for a store whose nodes keep a queue. */
  command: Acquire;
  /** For how long the caller has waited, in milliseconds. */
  hasWaitedMs: number;
  /** For how long it goes on waiting, in milliseconds. May be negative. */
  leftMs: number;
}

export interface Refused {
  votes: Votes;
  /** A majority granted it, but too late to be valid. */
  isLate?: boolean;
  cause?: unknown;
  /** The position in the queue, and whether nobody holds the lock and others go first, for a store that has a queue. */
  refusal?: { position: number; isDeferred: boolean };
  /** Called when the wait is over. */
  giveUp?(): Promise<unknown>;
}

interface Wait {
  waiter: Waiter;
  clock: Clock;
  quorate: Quorate;
}

/** Tries, and tries again when the waiter says so, until the wait is over. Both Redlock stores wait like this. */
export async function waitForTurn<L>(
  { waiter, clock, quorate }: Wait,
  { waitMs, waitedMs = 0, goesFirst, onRefused }: AcquireOptions,
  tryOnce: (attempt: Attempt) => Promise<{ lease: L } | Refused>,
): Promise<L> {
  const began = clock.now();
  const leftMs = () => began + waitMs - clock.now();
  let command: Acquire = goesFirst ? "acquire-first" : "acquire";
  if (!goesFirst) waiter.listenIfSubscribed();
  try {
    for (let number = 0, withoutMajority = 0; ; number += 1) {
      waiter.beginAttempt();
      const hasWaitedMs = waitedMs + clock.now() - began;
      const attempt = await tryOnce({ number, command, hasWaitedMs, leftMs: leftMs() });
      if ("lease" in attempt) {
        quorate.lostAt = undefined;
        return attempt.lease;
      }
      const { votes, isLate, cause, refusal, giveUp } = attempt;
      const majority = majorityOf(votes.nodes);
      const isQuorate = votes.for + votes.against >= majority;
      onRefused?.(votes);
      withoutMajority = isQuorate ? 0 : withoutMajority + 1;
      quorate.lostAt = isQuorate ? undefined : (quorate.lostAt ?? clock.now());
      const isDown =
        withoutMajority >= ATTEMPTS_WITHOUT_MAJORITY && clock.now() - (quorate.lostAt ?? 0) >= RECONNECT_MS;
      if (isDown || leftMs() <= 0) {
        await giveUp?.();
        const reason: BusyReason = isLate ? "timeout" : isQuorate ? "contention" : "too-few-nodes";
        throw new LockBusy(reason, votes, { cause });
      }
      // A release between the refusal and the subscription would have been missed.
      if (await waiter.listen()) {
        command = "acquire";
        continue;
      }
      const { position = 0, isDeferred = false } = refusal ?? {};
      const isSplit = !isDeferred && votes.against < majority;
      command = await waiter.turn(leftMs(), { position, isDeferred, isSplit });
    }
  } finally {
    waiter.stop();
  }
}
