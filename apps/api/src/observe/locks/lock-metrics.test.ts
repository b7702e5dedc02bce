import { type Lease, LeaseLost, type LeaseStore, LockBusy } from "@last-unit/locks";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { lockMetrics } from "./lock-metrics.ts";

const lease = { resources: ["r"], owner: "o", remainingMs: () => 1_000 } as Lease;
const options = { ttlMs: 1_000, waitMs: 0 };

function measured(store: Partial<LeaseStore>) {
  const registry = new Registry();
  const { around } = lockMetrics(registry);
  const values = async (name: string) => {
    const metric = await registry.getSingleMetric(name)?.get();
    return metric?.values.map(({ labels, value }) => ({ ...labels, value })) ?? [];
  };
  return { store: around({ name: "fake", ...store } as LeaseStore), values };
}

test("a lease that is held, extended and released is counted once, as held only until its release", async () => {
  const extended = { ...lease };
  const { store, values } = measured({
    acquire: async () => lease,
    extend: async () => extended,
    release: async () => {},
  });
  const granted = await store.acquire(["r"], options);
  expect(await values("lock_held")).toEqual([{ store: "fake", value: 1 }]);
  await store.release(await store.extend(granted, 1_000));
  expect(await values("lock_held")).toEqual([{ store: "fake", value: 0 }]);
  expect(await values("lock_extensions_total")).toEqual([{ store: "fake", outcome: "extended", value: 1 }]);
  const counts = (await values("lock_hold_duration_seconds")).filter((each) => !("le" in each));
  expect(counts.map(({ value }) => value)).toContain(1);
});

test("a refusal is counted by its reason, and its waiter is gone", async () => {
  const { store, values } = measured({
    acquire: async () => {
      throw new LockBusy("too-few-nodes");
    },
  });
  await expect(store.acquire(["r"], options)).rejects.toThrow(LockBusy);
  expect(await values("lock_waiters")).toEqual([{ store: "fake", value: 0 }]);
  expect(await values("lock_held")).toEqual([]);
  expect(await values("lock_acquire_duration_seconds")).toContainEqual(
    expect.objectContaining({ outcome: "too-few-nodes", value: 1 }),
  );
});

test("an extension that finds the lease lost is counted as lost", async () => {
  const { store, values } = measured({
    extend: async () => {
      throw new LeaseLost("gone");
    },
  });
  await expect(store.extend(lease, 1_000)).rejects.toThrow(LeaseLost);
  expect(await values("lock_extensions_total")).toEqual([{ store: "fake", outcome: "lost", value: 1 }]);
});
