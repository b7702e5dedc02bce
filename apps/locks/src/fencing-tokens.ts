import { type Lease, type LeaseStore, LockBusy } from "./lease-store.ts";

/**
 * Numbers the leases of a store that has no order of its own, as five independent Redis nodes have none.
 *
 * `mint` returns a number higher than every number it returned before, for example from a PostgreSQL sequence. It is called
 * after the grant, and the lease's validity is checked again after it. A holder that is paused in between may get a higher
 * number than the next holder. The next holder's write is then refused and has to be retried, but no update is lost if every
 * holder raises the fence before it reads.
 */
export function withFencingTokens(store: LeaseStore, mint: () => Promise<bigint>): LeaseStore {
  const numbered = (lease: Lease, token: bigint | undefined): Lease => ({
    ...lease,
    fencingTokens: token === undefined ? undefined : new Map(lease.resources.map((resource) => [resource, token])),
  });

  return {
    ...store,
    async acquire(resources, options) {
      const lease = await store.acquire(resources, options);
      try {
        const token = await mint();
        if (lease.remainingMs() <= 0) throw new LockBusy("timeout", lease.votes);
        return numbered(lease, token);
      } catch (error) {
        await store.release(lease);
        throw error;
      }
    },
    async extend(lease, ttlMs) {
      const [token] = lease.fencingTokens?.values() ?? [];
      return numbered(await store.extend(lease, ttlMs), token);
    },
  };
}
