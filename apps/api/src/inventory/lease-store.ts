import type { Votes } from "./checkpoint.ts";
import type { About } from "./strategy.ts";

/** A lock with an end: whoever holds it must be done, or have extended it, before its time is up. */
export interface Lease {
  readonly resources: readonly string[];
  /** Random, so that nobody releases a lock that is not theirs. It is no fencing token: it has no order. */
  readonly owner: string;
  /**
   * For each resource a number that grows with its every grant, where the store can mint one. One for all would not do:
   * two resources' queues advance on their own, and the greater number of one would lock out the next in line of the other.
   */
  readonly fencingTokens?: ReadonlyMap<string, bigint>;
  readonly votes?: Votes;
  /**
   * Milliseconds for which the lease can still be trusted: TTL minus elapsed time minus drift, by a monotonic clock.
   * Infinity from a store that never looks: its lease is neither extended nor ever found lost.
   */
  remainingMs(): number;
  /** Aborted when the store itself says that the lease ended before its time, as a ZooKeeper session that expired does. */
  readonly ended?: AbortSignal;
}

export interface AcquireOptions {
  /** How long the store keeps the lease if its holder vanishes. */
  ttlMs: number;
  /** The longest wait for others to let go. */
  waitMs: number;
  /** Told of each refusal while waiting: somebody else holds it. With the votes, where the store counts some. */
  onRefused?: (votes?: Votes) => void;
  /** How long the caller has waited before it came here, for a store that serves in order. */
  waitedMs?: number;
  /** The caller follows one who just handed the lock on, and need not let others go first who wait elsewhere. */
  goesFirst?: boolean;
}

export interface ReleaseOptions {
  /** Somebody follows who `goesFirst`: a store that wakes waiters need not wake them now. */
  isHandedOn?: boolean;
}

/** Whether a store can be used now; if not, why, and what to type to have it. */
export type Availability = { available: true } | { available: false; reason: string };

/** Something that grants leases: a Redis quorum, a ZooKeeper ensemble, a DynamoDB table. */
export interface LeaseStore {
  readonly name: string;
  /** Whether holding a lease keeps others out as long as no lease outlives its holder's attention. */
  readonly safe: boolean;
  readonly about: About;
  /** A lock whose release was asked for is free to an acquire that this process asks for after it. */
  readonly keepsOrder?: boolean;
  /** Asks the service, for a second at most. Never throws. */
  availability(): Promise<Availability>;
  /**
   * Waits for all the resources and takes them together.
   * @throws LockBusy when the wait is over, or when too few of the store's nodes answer.
   */
  acquire(resources: readonly string[], options: AcquireOptions): Promise<Lease>;
  /** @throws LeaseLost when the lease ran out or somebody else holds it. */
  extend(lease: Lease, ttlMs: number): Promise<Lease>;
  /** Gives the lease back, only if it is still its owner's. Never throws: what cannot be freed expires. */
  release(lease: Lease, options?: ReleaseOptions): Promise<void>;
  /** The `owner` of the lease that the store holds on the resource now; for those who watch. */
  ownerOf?(resource: string): Promise<string | undefined>;
  /** Ends the connections and sessions that the store itself opened. */
  close?(): Promise<void>;
}

/**
 * `contention`: others held it. `too-few-nodes`: no majority answered. `timeout`: answers came too late to be trusted.
 * `unreachable`: the one service that grants it did not answer.
 */
export type BusyReason = "contention" | "too-few-nodes" | "timeout" | "unreachable";

export class LockBusy extends Error {
  override readonly name = "LockBusy";

  constructor(
    readonly reason: BusyReason,
    readonly votes?: Votes,
    options?: ErrorOptions,
  ) {
    super(`The lock was not granted: ${reason}.`, options);
  }
}

/** The lease ended while its holder was still at work. Nothing was committed. */
export class LeaseLost extends Error {
  override readonly name: string = "LeaseLost";
  /** How the lock nodes answered the extension that failed. */
  readonly votes?: Votes;

  constructor(message: string, { votes, ...options }: ErrorOptions & { votes?: Votes } = {}) {
    super(message, options);
    this.votes = votes;
  }
}

/** PostgreSQL refused a write: since this lease was granted, a later one has shown the stock row its higher token. */
export class StaleToken extends LeaseLost {
  override readonly name = "StaleToken";

  constructor(
    readonly sku: string,
    readonly token: bigint,
    /** The highest token that the row has seen. */
    readonly fence: bigint,
  ) {
    super(`The write to ${sku} carried the fencing token ${token}; the row has seen ${fence}.`);
  }
}
