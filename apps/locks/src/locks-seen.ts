/**
 * What a store shows of one lock at one moment, for monitoring. By the time it is read it may have changed: never decide by
 * it who may write.
 */
export interface LockSeen {
  readonly resource: string;
  /** Absent if nobody holds the lock. */
  readonly owner?: string;
  /** Until the store ends the lease by itself, in milliseconds, where the store says. */
  readonly leftMs?: number;
  readonly fencingToken?: string;
  /** How many clients are queued behind the owner, where the store knows. */
  readonly waiting?: number;
}

export interface LocksSeen {
  readonly locks: readonly LockSeen[];
  /** The limit was reached: there may be more. */
  readonly isCut: boolean;
}
