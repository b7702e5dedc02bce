import { type Clock, sleep } from "../clock.ts";
import { jittered } from "../insist.ts";
import { type AcquireOptions, LockBusy } from "../lease-store.ts";
import { votesOf } from "../votes.ts";
import { failureOf } from "./errors.ts";
import type { LockItem, LockTable } from "./table.ts";

/** DynamoDB sends no notifications, so a release is seen at the next poll. */
const POLL_MS = { min: 10, max: 40 };
/** Each further throttling doubles the pause, up to `most`. */
const THROTTLED_MS = { first: 50, most: 800 };
/** After so many attempts without an answer the store counts as down: waiting longer would not help. */
const ATTEMPTS_WITHOUT_ANSWER = 3;

interface Ask {
  resource: string;
  /** Used by this acquisition only, so that a write whose answer was lost is recognised. */
  owner: string;
  ttlMs: number;
  /** By the clock. */
  deadline: number;
  createTable: boolean;
  onRefused: AcquireOptions["onRefused"];
  /** Called when a write that may have taken the lock got no answer, whatever the attempts after it are answered. */
  onDoubt(): void;
}

export interface Taken {
  fencingToken: bigint;
  /** By the clock, no later than the request that took it was sent: the lease's validity counts from here. */
  sentAt: number;
}

/**
 * Waits for one lock and takes it.
 * @throws LockBusy with the reason, and for `unreachable` the SDK's error as its cause.
 */
export async function takeLock(
  table: LockTable,
  clock: Clock,
  { resource, owner, ttlMs, deadline, createTable, onRefused, onDoubt }: Ask,
): Promise<Taken> {
  const watch = watchVersions(clock);
  /** When the last request was sent whose answer showed that the lock was not ours: if it is now, it was taken after that. */
  let notOursAt = clock.now();
  let unanswered = 0;
  let throttlings = 0;
  for (let seen: LockItem | undefined; ; ) {
    const mayTake = !seen?.owner || watch.isWaitedOut(seen);
    const sentAt = clock.now();
    let pauseMs = jittered(POLL_MS);
    let cause: unknown;
    try {
      if (mayTake) {
        const take = await table.take(resource, owner, ttlMs, seen?.owner && seen.recordVersion);
        if (take.isTaken) return { fencingToken: take.fencingToken, sentAt };
        seen = take.item;
      } else {
        seen = await table.read(resource);
      }
      if (seen?.owner === owner) {
        return { fencingToken: seen.fencingToken, sentAt: notOursAt };
      }
      notOursAt = sentAt;
      watch.see(seen);
      unanswered = 0;
      if (!mayTake && (!seen?.owner || watch.isWaitedOut(seen))) pauseMs = 0;
      else onRefused?.(votesOf([{ vote: "refused" }]));
    } catch (error) {
      cause = error;
      onRefused?.(votesOf([{ vote: "silent" }]));
      switch (failureOf(error)) {
        case "silent":
          if (mayTake) onDoubt();
          unanswered += 1;
          break;
        case "throttled":
          pauseMs = Math.min(THROTTLED_MS.most, THROTTLED_MS.first * 2 ** throttlings) * (0.5 + Math.random());
          throttlings += 1;
          break;
        case "table-missing":
          if (!createTable) throw new LockBusy("unreachable", undefined, { cause });
          await table.create().catch(() => {});
          break;
        case "refused":
          throw new LockBusy("unreachable", undefined, { cause });
      }
    }
    if (unanswered >= ATTEMPTS_WITHOUT_ANSWER || clock.now() + pauseMs > deadline) {
      throw new LockBusy(cause === undefined ? "contention" : "unreachable", undefined, { cause });
    }
    if (pauseMs > 0) await sleep(clock, pauseMs);
  }
}

/** For how long, by this client's own clock, the record has had its version. */
function watchVersions(clock: Clock) {
  let version: string | undefined;
  let since = 0;
  return {
    see(item: LockItem | undefined): void {
      if (item?.recordVersion === version) return;
      version = item?.recordVersion;
      // Counted from the answer: the owner wrote it before, so its own validity, counted from its request, ends earlier.
      since = clock.now();
    },
    isWaitedOut: (item: LockItem) => item.recordVersion === version && clock.now() - since >= item.leaseMs,
  };
}
