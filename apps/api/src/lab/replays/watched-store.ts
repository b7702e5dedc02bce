import type { Votes } from "../../inventory/checkpoint.ts";
import type { LeaseStore } from "../../inventory/lease-store.ts";

export interface LeaseWatch {
  granted(owner: string): void;
  refused(votes?: Votes): void;
  extensionRefused(): void;
}

/** The same store, and somebody who is told what it answers. */
export function watched(store: LeaseStore, watch: LeaseWatch): LeaseStore {
  return {
    ...store,
    async acquire(resources, options) {
      const onRefused = (votes?: Votes) => {
        watch.refused(votes);
        if (votes) options.onRefused?.(votes);
      };
      const lease = await store.acquire(resources, { ...options, onRefused });
      watch.granted(lease.owner);
      return lease;
    },
    async extend(lease, ttlMs) {
      try {
        return await store.extend(lease, ttlMs);
      } catch (error) {
        watch.extensionRefused();
        throw error;
      }
    },
  };
}
