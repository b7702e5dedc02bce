import { type Clock, systemClock } from "./clock.ts";
import { type Lease, LeaseLost, type LeaseStore, LockBusy, type Votes } from "./lease-store.ts";

/** How many TTLs a lease may last by extension before its holder counts as stuck. */
const HOLD_CEILING_TTLS = 6;

export interface HoldSettings {
  /** How long the store keeps the lease if its holder vanishes. */
  lockTtlMs: number;
  /** The longest wait for the lease. */
  lockWaitMs: number;
  clock?: Clock;
  /** Called at each step of holding a lease. */
  checkpoint?: HoldCheckpoint;
}

/** One awaited call at a step of holding a lease: it can record the step, or hold the caller there. */
export type HoldCheckpoint = (
  name: "waiting" | "locked" | "refused" | "lost" | "released",
  detail?: {
    /** In `locked`, of the nodes that had answered by then; in `released` and `refused`, of all that answered at all. */
    votes?: Votes;
    waitedMs?: number;
    /** In digits: it may be larger than a JSON number holds. */
    fencingToken?: string;
    /** The highest token that the guarded resource has seen. */
    fence?: string;
  },
) => Promise<void>;

export interface HeldLease {
  readonly fencingTokens?: ReadonlyMap<string, bigint>;
  /**
   * Call it directly before you commit anything. It reads the clock: after a pause of this process, the timer that aborts
   * `signal` may not have run yet.
   * @throws LeaseLost when the lease is no longer certainly valid.
   */
  throwIfLost(): void;
  /** Aborted, with a LeaseLost as its reason, soon after the lease is lost: use it to stop long work early. */
  readonly signal: AbortSignal;
}

/**
 * Runs `work` while holding a lease on the resources, and releases the lease afterwards in any case.
 * The lease is extended when half of its validity is over, up to a ceiling. `work` has to call `throwIfLost` directly before
 * it commits anything: a lost lease does not interrupt it. But it is released when its validity is over, so that work that
 * never ends keeps nobody out.
 * @throws LockBusy when the lease is not granted; what `work` throws, such as the LeaseLost of `throwIfLost`.
 */
export async function holdLease<T>(
  store: LeaseStore,
  resources: readonly string[],
  { lockTtlMs, lockWaitMs, clock = systemClock, checkpoint = async () => {} }: HoldSettings,
  work: (held: HeldLease) => Promise<T>,
): Promise<T> {
  await checkpoint("waiting");
  const began = clock.now();
  const granted = await store.acquire(resources, { ttlMs: lockTtlMs, waitMs: lockWaitMs }).catch(async (error) => {
    const { votes } = error instanceof LockBusy ? error : {};
    if (votes) await checkpoint("refused", { votes, waitedMs: clock.now() - began });
    throw error;
  });
  let lease = granted;
  const grantedAt = clock.now();
  const lost = new AbortController();
  let isOver = false;
  let cancel = watch();
  let released: Promise<void> | undefined;
  lease.ended?.addEventListener("abort", () => clock.after(0, () => lose("its store ended it")), { once: true });
  try {
    const detail = { votes: lease.votes, waitedMs: grantedAt - began, fencingToken: tokenOf(lease) };
    await checkpoint("locked", detail);
    return await work({ fencingTokens: lease.fencingTokens, signal: lost.signal, throwIfLost });
  } catch (error) {
    if (lost.signal.aborted || error instanceof LeaseLost) {
      await checkpoint("lost", error instanceof LeaseLost ? error.detail : undefined);
    }
    throw error;
  } finally {
    isOver = true;
    cancel();
    await release();
    await checkpoint("released", { votes: granted.votes });
  }

  function watch(): () => void {
    // A store that never checks its validity says so: there is no loss to report.
    if (lease.remainingMs() === Number.POSITIVE_INFINITY) return () => {};
    const heldMs = clock.now() - grantedAt;
    const mayExtend = heldMs < HOLD_CEILING_TTLS * lockTtlMs;
    if (!mayExtend) return clock.after(lease.remainingMs(), () => lose("its hold-time ceiling was reached"));
    return clock.after(lease.remainingMs() / 2, () => void extend());
  }

  async function extend(): Promise<void> {
    // Armed before the extension is sent: an answer that comes too late is a lost lease as well.
    const disarm = clock.after(lease.remainingMs(), () => lose("it ran out while being extended"));
    cancel = disarm;
    try {
      lease = await store.extend(lease, lockTtlMs);
      disarm();
      if (!isOver && !lost.signal.aborted) cancel = watch();
    } catch (error) {
      disarm();
      lose("it could not be extended", error);
    }
  }

  function throwIfLost(): void {
    if (lease.remainingMs() <= 0) lose("it ran out");
    lost.signal.throwIfAborted();
  }

  function lose(why: string, cause?: unknown): void {
    if (isOver || lost.signal.aborted) return;
    const votes = cause instanceof LeaseLost ? cause.votes : undefined;
    lost.abort(new LeaseLost(`The lease was lost: ${why}.`, { cause, votes }));
    cancel();
    // Not before its validity is over: the work may just have checked it, and be writing.
    cancel = clock.after(lease.remainingMs(), () => void release());
  }

  function release(): Promise<void> {
    released ??= store.release(lease);
    return released;
  }
}

/** The token of a lease on one resource, as an event shows it. */
function tokenOf({ fencingTokens }: Lease): string | undefined {
  return fencingTokens?.size === 1 ? String([...fencingTokens.values()][0]) : undefined;
}
