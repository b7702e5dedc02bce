import { once } from "node:events";
import { holdLease, type Lease, type LeaseStore } from "@last-unit/locks";
import { connectLockNode } from "@last-unit/locks/redlock";
import type { Redis } from "ioredis";
import type { Adapter, Held } from "../adapter.ts";

/** The adapter of a lease store of ours over the five nodes. */
export function leaseStoreAdapter(name: string, openStore: (nodes: readonly Redis[]) => LeaseStore): Adapter {
  return {
    name,
    async open(urls) {
      const nodes = urls.map((url) => connectLockNode(url));
      await Promise.all(nodes.map((node) => once(node, "ready")));
      const locks = openStore(nodes);
      const heldOf = (lease: Lease) => ({ lease, remainingMs: () => lease.remainingMs() });
      const leaseOf = (held: Held) => (held as ReturnType<typeof heldOf>).lease;
      return {
        acquire: async (name, ttlMs, waitMs) => heldOf(await locks.acquire([name], { ttlMs, waitMs })),
        extend: async (held, ttlMs) => heldOf(await locks.extend(leaseOf(held), ttlMs)),
        release: (held) => locks.release(leaseOf(held)),
        using: (name, ttlMs, routine) =>
          holdLease(locks, [name], { lockTtlMs: ttlMs, lockWaitMs: 5_000 }, ({ signal }) => routine(signal)),
        close() {
          for (const node of nodes) node.disconnect();
        },
      };
    },
  };
}
