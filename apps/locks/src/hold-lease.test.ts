import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "./clock.ts";
import { holdLease } from "./hold-lease.ts";
import { type Lease, LeaseLost, type LeaseStore } from "./lease-store.ts";
import { queuedLocally } from "./local-queue.ts";

// The clock is the test's own: on a busy machine a real one would lose leases by itself.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settings = { lockTtlMs: 100, lockWaitMs: 1_000 };

function storeWith(extend: LeaseStore["extend"], now = () => performance.now()) {
  const lease = (): Lease => {
    const until = now() + settings.lockTtlMs;
    return { resources: ["r"], owner: "me", remainingMs: () => until - now() };
  };
  const store = {
    name: "fake",
    safe: true,
    about: { idea: "", guarantee: "", failureMode: "", cost: "" },
    availability: async () => ({ available: true }) as const,
    acquire: vi.fn(async () => lease()),
    extend: vi.fn(extend),
    release: vi.fn(async () => {}),
  } satisfies LeaseStore;
  return { store, lease };
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

test("work longer than the TTL keeps its lease by extension", async () => {
  const { store, lease } = storeWith(async () => lease());
  const result = holdLease(store, ["r"], settings, async ({ signal }) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    signal.throwIfAborted();
    return "done";
  });
  await vi.advanceTimersByTimeAsync(300);
  expect(await result).toBe("done");
  expect(store.extend.mock.calls.length).toBeGreaterThanOrEqual(3);
  expect(store.release).toHaveBeenCalledTimes(1);
});

test("a lease that cannot be extended aborts the work with LeaseLost, and is still released", async () => {
  const { store } = storeWith(async () => {
    throw new LeaseLost("gone");
  });
  const passed: string[] = [];
  const work = holdLease(
    store,
    ["r"],
    { ...settings, checkpoint: async (name) => void passed.push(name) },
    async ({ signal }) => {
      await aborted(signal);
      signal.throwIfAborted();
    },
  );
  await Promise.all([expect(work).rejects.toBeInstanceOf(LeaseLost), vi.advanceTimersByTimeAsync(1_000)]);
  expect(store.release).toHaveBeenCalledTimes(1);
  expect(passed).toEqual(["waiting", "locked", "lost", "released"]);
});

test("an extension that never answers loses the lease when its time is over", async () => {
  const { store } = storeWith(() => new Promise(() => {}));
  const work = holdLease(store, ["r"], settings, async ({ signal }) => {
    await aborted(signal);
    signal.throwIfAborted();
  });
  const lost = expect(work).rejects.toThrow("ran out while being extended");
  await Promise.all([lost, vi.advanceTimersByTimeAsync(1_000)]);
});

test("a holder that never ends is stopped at the ceiling", async () => {
  const { store, lease } = storeWith(async () => lease());
  const work = holdLease(store, ["r"], settings, async ({ signal }) => {
    await aborted(signal);
    signal.throwIfAborted();
  });
  await Promise.all([expect(work).rejects.toThrow("ceiling"), vi.advanceTimersByTimeAsync(1_000)]);
});

test("work that never ends: its lease is released once the ceiling is reached, and the next caller of its process gets in", async () => {
  const { store, lease } = storeWith(async () => lease());
  const queue = queuedLocally(store);
  void holdLease(queue, ["r"], settings, () => new Promise(() => {}));
  const next = queue.acquire(["r"], { ttlMs: 100, waitMs: 1_000 });
  await Promise.all([expect(next).resolves.toMatchObject({ owner: "me" }), vi.advanceTimersByTimeAsync(1_000)]);
  expect(store.release).toHaveBeenCalledTimes(1);
});

test("a lease that cannot be extended is not released while it is valid: the work may have just checked it", async () => {
  const { store } = storeWith(async () => {
    throw new LeaseLost("refused");
  });
  let isLost = false;
  void holdLease(store, ["r"], settings, ({ signal }) => {
    signal.addEventListener("abort", () => {
      isLost = true;
    });
    return new Promise(() => {});
  });
  await vi.advanceTimersByTimeAsync(60);
  expect({ isLost, releases: store.release.mock.calls.length }).toEqual({ isLost: true, releases: 0 });
  await vi.advanceTimersByTimeAsync(50);
  expect(store.release).toHaveBeenCalledTimes(1);
});

test("a pause that no timer has noticed yet: the check before the commit throws", async () => {
  let pausedMs = 0;
  const clock = { ...systemClock, now: () => performance.now() + pausedMs };
  const { store } = storeWith(async (lease) => lease, clock.now);
  const passed: string[] = [];
  const checkpoint = async (name: string) => void passed.push(name);
  const work = holdLease(store, ["r"], { ...settings, clock, checkpoint }, async ({ signal, throwIfLost }) => {
    throwIfLost();
    pausedMs = 300;
    expect(signal.aborted).toBe(false);
    throwIfLost();
    passed.push("written");
  });
  await expect(work).rejects.toBeInstanceOf(LeaseLost);
  expect(passed).toEqual(["waiting", "locked", "lost", "released"]);
});
