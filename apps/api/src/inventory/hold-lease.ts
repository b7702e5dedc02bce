import type { Checkpoint } from "./checkpoint.ts";
import { type Lease, LeaseLost, type LeaseStore } from "./lease-store.ts";

/** How many TTLs a lease may live by extension before its holder is taken for stuck. */
const HOLD_CEILING_TTLS = 6;

export interface HeldLease {
  readonly fencingToken?: bigint;
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
  settings: { lockTtlMs: number; lockWaitMs: number },
  checkpoint: Checkpoint,
  work: (held: HeldLease) => Promise<T>,
): Promise<T> {
  await checkpoint("waiting");
  const began = performance.now();
  let lease = await store.acquire(resources, { ttlMs: settings.lockTtlMs, waitMs: settings.lockWaitMs });
  const waitedMs = performance.now() - began;
  const lost = new AbortController();
  let timer = watch();
  try {
    await checkpoint("locked", { votes: lease.votes, waitedMs });
    return await work({ fencingToken: lease.fencingToken, signal: lost.signal });
  } catch (error) {
    if (lost.signal.aborted) await checkpoint("lost");
    throw error;
  } finally {
    clearTimeout(timer);
    await store.release(lease);
    await checkpoint("released");
  }

  function watch(): NodeJS.Timeout {
    const heldMs = performance.now() - began - waitedMs;
    const mayExtend = heldMs < HOLD_CEILING_TTLS * settings.lockTtlMs;
    const dueMs = mayExtend ? lease.remainingMs() - settings.lockTtlMs / 2 : lease.remainingMs();
    return setTimeout(
      () => void (mayExtend ? extend() : lose("its hold-time ceiling was reached")),
      Math.max(0, dueMs),
    );
  }

  async function extend(): Promise<void> {
    // Armed before the extension is asked for: an answer that comes too late is a lost lease as well.
    timer = setTimeout(() => lose("it ran out while being extended"), Math.max(0, lease.remainingMs()));
    const guard = timer;
    try {
      const extended: Lease = await store.extend(lease, settings.lockTtlMs);
      clearTimeout(guard);
      lease = extended;
      if (timer === guard && !lost.signal.aborted) timer = watch();
    } catch (error) {
      clearTimeout(guard);
      lose("it could not be extended", error);
    }
  }

  function lose(why: string, cause?: unknown): void {
    lost.abort(new LeaseLost(`The lease was lost: ${why}.`, { cause }));
  }
}
