import { expect, test } from "vitest";
import { type Lease, type LeaseStore, LockBusy } from "./lease-store.ts";
import { OpenLeases } from "./open-leases.ts";

const ask = { ttlMs: 5_000, waitMs: 5_000 };
const LONG_MS = 600_000;
const lease: Lease = { resources: ["a"], owner: "me", remainingMs: () => 1_000 };

/** A store whose last acquire and release end when the test says so. */
function slowStore() {
  const ends = { grant: () => {}, refuse: () => {}, free: () => {} };
  const store: LeaseStore = {
    name: "slow",
    safe: true,
    about: { idea: "", guarantee: "", failureMode: "", cost: "" },
    availability: async () => ({ available: true }),
    acquire: () =>
      new Promise((resolve, reject) => {
        ends.grant = () => resolve(lease);
        ends.refuse = () => reject(new LockBusy("contention"));
      }),
    extend: async (held) => held,
    release: () =>
      new Promise((resolve) => {
        ends.free = resolve;
      }),
  };
  return { store, ends };
}

/** Whether it has happened when all that is under way has been heard of. */
async function hasHappened(promise: Promise<unknown>): Promise<boolean> {
  const later = new Promise((resolve) => setImmediate(resolve, "later"));
  return (await Promise.race([promise.then(() => "happened"), later])) === "happened";
}

test("nobody has asked: all are returned", async () => {
  expect(await hasHappened(new OpenLeases().allReleased(LONG_MS))).toBe(true);
});

test("a lease counts from the acquire that was asked for to the end of its release", async () => {
  const { store, ends } = slowStore();
  const leases = new OpenLeases();
  const counted = leases.around(store);
  const acquired = counted.acquire(["a"], ask);
  const returned = leases.allReleased(LONG_MS);
  expect(await hasHappened(returned)).toBe(false);
  ends.grant();
  const releasing = counted.release(await acquired);
  expect(await hasHappened(returned)).toBe(false);
  ends.free();
  await releasing;
  expect(await hasHappened(returned)).toBe(true);
});

test("a lease that is released twice counts once", async () => {
  const { store, ends } = slowStore();
  const leases = new OpenLeases();
  const counted = leases.around(store);
  const acquired = counted.acquire(["a"], ask);
  ends.grant();
  for (const held of [await acquired, await acquired]) {
    const releasing = counted.release(held);
    ends.free();
    await releasing;
  }
  void counted.acquire(["a"], ask);
  expect(await hasHappened(leases.allReleased(LONG_MS))).toBe(false);
});

test("an acquire that was refused leaves nothing to return", async () => {
  const { store, ends } = slowStore();
  const leases = new OpenLeases();
  const acquired = leases.around(store).acquire(["a"], ask);
  const returned = leases.allReleased(LONG_MS);
  ends.refuse();
  await expect(acquired).rejects.toThrow(LockBusy);
  expect(await hasHappened(returned)).toBe(true);
});

test("nobody waits longer than the bound", async () => {
  const { store } = slowStore();
  const leases = new OpenLeases();
  void leases.around(store).acquire(["a"], ask);
  await leases.allReleased(1);
});
