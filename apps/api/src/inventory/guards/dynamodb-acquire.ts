import type { Clock } from "../clock.ts";
import { type AcquireOptions, LockBusy } from "../lease-store.ts";
import { failureOf } from "./dynamodb-failure.ts";
import type { LockItem, LockTable } from "./dynamodb-table.ts";

/** DynamoDB wakes nobody, so a release is seen at the next look. */
const POLL_MS = { min: 10, max: 40 };
/** Each further throttling doubles the pause, up to the most. */
const THROTTLED_MS = { first: 50, most: 800 };
/** Where nobody answers, more waiting only makes the buyer wait. */
const ATTEMPTS_WITHOUT_ANSWER = 3;

interface Ask {
  resource: string;
  /** Of this acquisition alone, which is how a write whose answer was lost is known again. */
  owner: string;
  ttlMs: number;
  /** By the clock. */
  deadline: number;
  createTable: boolean;
  onRefused: AcquireOptions["onRefused"];
}

export interface Taken {
  fencingToken: bigint;
  /** By the clock, no later than when the request was sent that took it: the holder's time counts from here. */
  sentAt: number;
}

/**
 * Waits for one lock and takes it.
 * @throws LockBusy with the reason, and for `unreachable` the SDK's error as its cause.
 */
export async function takeLock(
  table: LockTable,
  clock: Clock,
  { resource, owner, ttlMs, deadline, createTable, onRefused }: Ask,
): Promise<Taken> {
  const watch = watchVersions(clock);
  /** When the last request was sent whose answer showed that it was not ours: what is ours now was taken after it. */
  let notOursAt = clock.now();
  let silences = 0;
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
      silences = 0;
      if (!mayTake && (!seen?.owner || watch.isWaitedOut(seen))) pauseMs = 0;
      else onRefused?.({ for: 0, against: 1, unavailable: 0 });
    } catch (error) {
      cause = error;
      onRefused?.({ for: 0, against: 0, unavailable: 1 });
      switch (failureOf(error)) {
        case "silent":
          silences += 1;
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
    if (silences >= ATTEMPTS_WITHOUT_ANSWER || clock.now() + pauseMs > deadline) {
      throw new LockBusy(cause === undefined ? "contention" : "unreachable", undefined, { cause });
    }
    if (pauseMs > 0) await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
  }
}

/** Since when, by this contender's own clock, the record has had the version that it has. */
function watchVersions(clock: Clock) {
  let version: string | undefined;
  let since = 0;
  return {
    see(item: LockItem | undefined): void {
      if (item?.recordVersion === version) return;
      version = item?.recordVersion;
      // After the answer: the owner wrote it before, so its own time, counted from its sending, ends earlier.
      since = clock.now();
    },
    isWaitedOut: (item: LockItem) => item.recordVersion === version && clock.now() - since >= item.leaseMs,
  };
}

export const jittered = ({ min, max }: { min: number; max: number }) => min + Math.random() * (max - min);
