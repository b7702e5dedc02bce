import { expect, test } from "vitest";
import type { RaceEvent, Verdict } from "../api/types.ts";
import { toRace } from "./lanes.ts";
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

test("a shopper whose token was stale is told with both tokens", () => {
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
    sentence: expect.stringContaining("PostgreSQL had seen token 34 and refused the stale 33"),
  });
});

test("in a crowd, a lost lock is not counted as giving up waiting", () => {
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
  expect(sentence).toContain("1 shopper lost the lock before writing");
  expect(sentence).toContain("1 shopper gave up waiting");
});
