import { expect, test } from "vitest";
import { medianHeldMs } from "./held.ts";

const checkout = (attempt: string, times: Record<string, number>) =>
  Object.entries(times).map(([checkpoint, at]) => ({ attempt, checkpoint, at }));

test("a lease is held until its release, a lock of the database until the commit", () => {
  expect(medianHeldMs(checkout("1", { locked: 10, committed: 14, released: 15 }))).toBe(5);
  expect(medianHeldMs(checkout("1", { locked: 10, committed: 14, answered: 20 }))).toBe(4);
});

test("the median of all checkouts that had the lock, in whatever order their events came", () => {
  const [one, two, three, refused] = [
    checkout("1", { locked: 0, released: 1 }),
    checkout("2", { locked: 1, released: 4 }),
    checkout("3", { locked: 4, released: 54 }),
    checkout("4", { refused: 60 }),
  ];
  expect(medianHeldMs([...(one ?? []), ...(three ?? []), ...(refused ?? []), ...(two ?? [])])).toBe(3);
});

test("a strategy without a lock held none", () => {
  expect(medianHeldMs(checkout("1", { read: 1, written: 2, committed: 3 }))).toBeUndefined();
});
