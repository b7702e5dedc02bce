import { expect, test } from "vitest";
import type { RaceEvent, Verdict } from "../api/types.ts";
import { toRace } from "./race/lanes.ts";
import { verdictWords } from "./verdict-words.ts";

const passed = (answers: Verdict["answers"]) =>
  ({
    initialStock: 1,
    unitsSold: 1,
    unitsOversold: 0,
    lostUpdates: 0,
    orders: 1,
    passed: true,
    answers,
    waitingMs: { p50: 0, p95: 0, p99: 0, max: 0 },
    evidence: [],
  }) as unknown as Verdict;

const event = (shopper: string, at: number, checkpoint: RaceEvent["checkpoint"], rest: Partial<RaceEvent> = {}) => ({
  at,
  shopper,
  attempt: shopper,
  replica: "replica-1",
  checkpoint,
  ...rest,
});

const bought = [event("B", 0, "arrived"), event("B", 5, "answered", { outcome: "RESERVED", unitNumbers: [1] })];

test("a buyer with a stale token is named with both tokens", () => {
  const race = toRace(
    [
      ...bought,
      event("A", 0, "arrived"),
      event("A", 8, "lost", { fencingToken: "33", fence: "34" }),
      event("A", 9, "answered", { outcome: "LOCK_LOST" }),
    ],
    1,
    true,
  );
  expect(verdictWords(passed({ RESERVED: 1, LOCK_LOST: 1 }), race, true)).toMatchObject({
    headline: "Sold once.",
    sentence: expect.stringContaining("PostgreSQL had stored token 34 and rejected the lower token 33"),
  });
});

test("sold twice: the two holders are named in order, no matter which came first", () => {
  const race = toRace(
    [
      event("B", 0, "arrived"),
      event("B", 1, "read", { stock: 1 }),
      event("A", 1, "arrived"),
      event("A", 2, "read", { stock: 1 }),
      event("B", 3, "written", { stock: 0, unitNumbers: [1] }),
      event("A", 4, "written", { stock: 0, unitNumbers: [1] }),
      event("B", 5, "answered", { outcome: "RESERVED", unitNumbers: [1] }),
      event("A", 6, "answered", { outcome: "RESERVED", unitNumbers: [1] }),
    ],
    1,
    false,
  );
  const twice = {
    ...passed({ RESERVED: 2 }),
    ...{ unitsSold: 2, unitsOversold: 1, passed: false },
    evidence: [{ kind: "unit-sold-twice", unit: 1, orders: ["a", "b"], message: "" }],
  } as Verdict;
  expect(verdictWords(twice, race, false)).toEqual({
    tone: "bad",
    headline: "Sold twice.",
    sentence: "Buyers A and B both hold No. 1: both read a stock of 1 before either had committed 0.",
  });
});

test("no lock and sold once is luck, and not called good", () => {
  const race = toRace([event("A", 0, "arrived"), ...bought], 1, false);
  expect(verdictWords(passed({ RESERVED: 1 }), race, false)).toMatchObject({
    tone: "open",
    headline: "Sold once: luck.",
  });
});

test("with many buyers, a lost lock is not counted as giving up waiting", () => {
  const race = toRace(
    [
      ...bought,
      event("A", 0, "arrived"),
      event("1", 0, "arrived"),
      event("1", 9, "answered", { outcome: "LOCK_LOST" }),
    ],
    1,
    true,
  );
  const { sentence } = verdictWords(passed({ RESERVED: 1, LOCK_BUSY: 1, LOCK_LOST: 1 }), race, true);
  expect(sentence).toContain("1 buyer lost the lock before writing");
  expect(sentence).toContain("1 buyer gave up waiting");
});
