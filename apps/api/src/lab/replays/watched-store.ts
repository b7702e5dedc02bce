import type { LeaseStore, Votes } from "@last-unit/locks";

/** How a holder learned that its lease is lost. */
export type LossKind = "extension refused" | "ended by the store";

export interface LeaseWatch {
  granted(owner: string): void;
  refused(votes?: Votes): void;
  lost(how: LossKind): void;
}

/** Wraps a store so that `watch` is notified of its results. */
export function watched(store: LeaseStore, watch: LeaseWatch): LeaseStore {
  return {
    ...store,
    async acquire(resources, options) {
      const onRefused = (votes?: Votes) => {
        watch.refused(votes);
        options.onRefused?.(votes);
      };
      const lease = await store.acquire(resources, { ...options, onRefused });
      watch.granted(lease.owner);
      lease.ended?.addEventListener("abort", () => watch.lost("ended by the store"), { once: true });
      return lease;
    },
    async extend(lease, ttlMs) {
      try {
        return await store.extend(lease, ttlMs);
      } catch (error) {
        watch.lost("extension refused");
        throw error;
      }
    },
  };
}
