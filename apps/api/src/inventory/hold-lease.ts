import type { Checkpoint } from "./checkpoint.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Lease, LeaseLost, type LeaseStore, StaleToken } from "./lease-store.ts";

/** How many TTLs a lease may live by extension before its holder is taken for stuck. */
const HOLD_CEILING_TTLS = 6;

export interface HoldSettings {
  lockTtlMs: number;
  lockWaitMs: number;
  clock?: Clock;
}

export interface HeldLease {
  readonly fencingTokens?: ReadonlyMap<string, bigint>;
  /** Aborted, with a LeaseLost as its reason, when the lease can no longer be trusted. */
  readonly signal: AbortSignal;
}

/**
 * Runs `work` while holding a lease on the resources, and releases it afterwards whatever happens.
 * The lease is extended when half of its time is gone, up to a ceiling.
 */
export async function holdLease<T>(
  store: LeaseStore,
  resources: readonly string[],
  { lockTtlMs, lockWaitMs, clock = systemClock }: HoldSettings,
  checkpoint: Checkpoint,
  work: (held: HeldLease) => Promise<T>,
): Promise<T> {
  await checkpoint("waiting");
  const began = clock.now();
  let lease = await store.acquire(resources, { ttlMs: lockTtlMs, waitMs: lockWaitMs });
  const grantedAt = clock.now();
  const lost = new AbortController();
  let isOver = false;
  let cancel = watch();
  lease.ended?.addEventListener("abort", () => clock.after(0, () => lose("its store ended it")), { once: true });
  try {
    const detail = { votes: lease.votes, waitedMs: grantedAt - began, fencingToken: tokenOf(lease) };
    await checkpoint("locked", detail);
    return await work({ fencingTokens: lease.fencingTokens, signal: lost.signal });
  } catch (error) {
    if (lost.signal.aborted || error instanceof LeaseLost) await checkpoint("lost", staleTokenOf(error));
    throw error;
  } finally {
    isOver = true;
    cancel();
    await store.release(lease);
    await checkpoint("released");
  }

  function watch(): () => void {
    // A guard that never looks at its own validity says so, and nobody is told of a loss that nobody sees.
    if (lease.remainingMs() === Number.POSITIVE_INFINITY) return () => {};
    const heldMs = clock.now() - grantedAt;
    const mayExtend = heldMs < HOLD_CEILING_TTLS * lockTtlMs;
    if (!mayExtend) return clock.after(lease.remainingMs(), () => lose("its hold-time ceiling was reached"));
    return clock.after(lease.remainingMs() / 2, () => void extend());
  }

  async function extend(): Promise<void> {
    // Armed before the extension is asked for: an answer that comes too late is a lost lease as well.
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

  function lose(why: string, cause?: unknown): void {
    const votes = cause instanceof LeaseLost ? cause.votes : undefined;
    lost.abort(new LeaseLost(`The lease was lost: ${why}.`, { cause, votes }));
  }
}

const staleTokenOf = (error: unknown) =>
  error instanceof StaleToken
    ? { sku: error.sku, fencingToken: String(error.token), fence: String(error.fence) }
    : undefined;

/** The token of a lease on one resource, as an event shows it. */
function tokenOf({ fencingTokens }: Lease): string | undefined {
  return fencingTokens?.size === 1 ? String([...fencingTokens.values()][0]) : undefined;
}
