import { type Lease, LeaseLost, type LeaseStore, LockBusy } from "@last-unit/locks";
import { lockNode } from "@last-unit/locks/redis";
import type { Redis } from "ioredis";
import type { Pool } from "pg";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type LockMetrics = ReturnType<typeof lockMetrics>;

/** Metrics of this replica's locks, by store. A product's name is never a label: there are too many. */
export function lockMetrics(registry: Registry) {
  const registers = [registry];
  const labelNames = ["store"] as const;
  const acquired = new Histogram({
    name: "lock_acquire_duration_seconds",
    help: "Time from asking for a lease to the answer.",
    labelNames: ["store", "outcome"],
    buckets: SECONDS,
    registers,
  });
  const held = new Histogram({
    name: "lock_hold_duration_seconds",
    help: "Time from the grant of a lease to its release.",
    labelNames,
    buckets: SECONDS,
    registers,
  });
  const holding = new Gauge({ name: "lock_held", help: "Leases that this replica holds now.", labelNames, registers });
  const waiting = new Gauge({
    name: "lock_waiters",
    help: "Requests of this replica that wait for a lease now.",
    labelNames,
    registers,
  });
  const extensions = new Counter({
    name: "lock_extensions_total",
    help: "Extensions of leases, by outcome: extended, or lost.",
    labelNames: ["store", "outcome"],
    registers,
  });

  return {
    /** The same store, measured. */
    around(store: LeaseStore): LeaseStore {
      const grantedAt = new WeakMap<Lease, number>();
      const label = { store: store.name };
      return {
        ...store,
        async acquire(resources, options) {
          const began = performance.now();
          waiting.inc(label);
          let outcome = "failed";
          try {
            const lease = await store.acquire(resources, options);
            outcome = "granted";
            holding.inc(label);
            grantedAt.set(lease, performance.now());
            return lease;
          } catch (error) {
            if (error instanceof LockBusy) outcome = error.reason;
            throw error;
          } finally {
            waiting.dec(label);
            acquired.observe({ ...label, outcome }, (performance.now() - began) / 1000);
          }
        },
        async extend(lease, ttlMs) {
          try {
            const extended = await store.extend(lease, ttlMs);
            extensions.inc({ ...label, outcome: "extended" });
            const at = grantedAt.get(lease);
            if (at !== undefined) grantedAt.set(extended, at);
            return extended;
          } catch (error) {
            if (error instanceof LeaseLost) extensions.inc({ ...label, outcome: "lost" });
            throw error;
          }
        },
        async release(lease, options) {
          const at = grantedAt.get(lease);
          grantedAt.delete(lease);
          if (at !== undefined) {
            holding.dec(label);
            held.observe(label, (performance.now() - at) / 1000);
          }
          await store.release(lease, options);
        },
      };
    },

    /** Whether each Redis node works, as the locks see it: 1, or 0 while it is unreachable, hangs or refuses to write. */
    watchNodes(nodes: readonly Redis[]): void {
      new Gauge({
        name: "lock_node_up",
        help: "1 if the lock node grants locks, 0 if it does not.",
        labelNames: ["node"],
        registers,
        collect() {
          for (const [index, redis] of nodes.entries()) {
            const node = lockNode(redis);
            this.set({ node: index + 1 }, node.fault || node.isHanging ? 0 : 1);
          }
        },
      });
    },

    /** The database connections of the shop. */
    watchPool(pool: Pool): void {
      new Gauge({
        name: "database_pool_connections",
        help: "Database connections of the shop: idle, or in use; and requests that wait for one.",
        labelNames: ["state"],
        registers,
        collect() {
          this.set({ state: "idle" }, pool.idleCount);
          this.set({ state: "in use" }, pool.totalCount - pool.idleCount);
          this.set({ state: "waited for" }, pool.waitingCount);
        },
      });
    },
  };
}
