/** What one lock node said, or did not say. */
export interface NodeVote {
  /** `silent`: it has not answered, or is not connected. `late`: it answered after its deadline, so its vote did not count. */
  readonly vote: "granted" | "refused" | "silent" | "late";
  /** From the request to the answer, in milliseconds. Absent while there is no answer. */
  readonly tookMs?: number;
}

/** How the lock nodes voted. */
export interface Votes {
  for: number;
  /** The node answered: somebody else holds the key. */
  against: number;
  /** The node did not answer in time, or not at all. */
  unavailable: number;
  /** Each node's own vote, in the order in which the store was given the nodes. It grows as the last nodes answer. */
  nodes: NodeVote[];
}

/** What a reader should know of a lock before using it. */
export interface About {
  readonly idea: string;
  readonly guarantee: string;
  readonly failureMode: string;
  readonly cost: string;
}

/** A lock with an expiry: its holder must have finished or extended it before its TTL is over. */
export interface Lease {
  readonly resources: readonly string[];
  /** Random, so that only the holder can release its lock. It is no fencing token: it has no order. */
  readonly owner: string;
  /**
   * For each resource a number that grows with its every grant, where the store can mint one. One number for all would not
   * do: two resources' queues advance independently, and the greater number of one would fence off the next holder of the
   * other.
   */
  readonly fencingTokens?: ReadonlyMap<string, bigint>;
  readonly votes?: Votes;
  /**
   * Milliseconds for which the lease is still valid: TTL minus elapsed time minus drift, by a monotonic clock.
   * Infinity from a store that never checks: its lease is neither extended nor ever found lost.
   */
  remainingMs(): number;
  /** Aborted when the store itself says that the lease ended early, for example because its ZooKeeper session expired. */
  readonly ended?: AbortSignal;
}

export interface AcquireOptions {
  /** How long the store keeps the lease if its holder vanishes. */
  ttlMs: number;
  /** The longest wait for other holders to release. */
  waitMs: number;
  /** Called at each refusal while waiting, with the votes where the store counts any. */
  onRefused?: (votes?: Votes) => void;
  /** How long the caller had already waited, in milliseconds, for a store that serves in order. */
  waitedMs?: number;
  /** The caller was handed the lock by the previous holder of its process, and need not queue behind other processes. */
  goesFirst?: boolean;
}

export interface ReleaseOptions {
  /** The next holder `goesFirst`: a store that notifies waiters need not do so now. */
  isHandedOn?: boolean;
}

/** Whether a store can be used now; if not, why, and what to do about it. */
export type Availability = { available: true } | { available: false; reason: string };

/** Something that grants leases: a Redis quorum, a ZooKeeper ensemble, a DynamoDB table. */
export interface LeaseStore {
  readonly name: string;
  /** Whether a lease excludes others as long as every holder finishes before its lease expires. */
  readonly safe: boolean;
  readonly about: About;
  /** An acquire that this process sends after a release is carried out after it, without waiting for its answer. */
  readonly keepsOrder?: boolean;
  /** Asks the service; takes a second at most. Never throws. */
  availability(): Promise<Availability>;
  /**
   * Waits for all the resources, and takes all of them or none. They may be named in any sequence and more than once: a
   * store sorts them before it takes them one by one, so that two clients never wait for each other.
   * @throws LockBusy when the wait is over, or when too few of the store's nodes answer; RangeError for an empty name.
   */
  acquire(resources: readonly string[], options: AcquireOptions): Promise<Lease>;
  /** @throws LeaseLost when the lease ran out or somebody else holds it. */
  extend(lease: Lease, ttlMs: number): Promise<Lease>;
  /** Releases the lease if its owner still holds it. Never throws: what cannot be released expires. */
  release(lease: Lease, options?: ReleaseOptions): Promise<void>;
  /** The `owner` of the lease on the resource now, for monitoring. */
  ownerOf?(resource: string): Promise<string | undefined>;
  /** Ends the connections and sessions that the store itself opened. */
  close?(): Promise<void>;
}

/**
 * `contention`: another client held it. `too-few-nodes`: no majority answered. `timeout`: it was granted, but too late to be
 * valid. `unreachable`: the one service that grants it did not answer.
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

/** The lease ended while its holder was still working. */
export class LeaseLost extends Error {
  override readonly name: string = "LeaseLost";
  /** How the lock nodes answered the failed extension. */
  readonly votes?: Votes;

  constructor(message: string, { votes, ...options }: ErrorOptions & { votes?: Votes } = {}) {
    super(message, options);
    this.votes = votes;
  }

  /** What the `lost` checkpoint of `holdLease` says of it; a subclass may say more. */
  get detail(): { fencingToken?: string; fence?: string } | undefined {
    return undefined;
  }
}
