import { expect } from "vitest";
import type { RaceEvent } from "../../src/lab/races/events.ts";
import type { Replay } from "../../src/lab/replays/replay.ts";

interface ClassicTest {
  scenario: string;
  strategy: string;
  outcome: string;
  /** What must be observed besides the outcome: the cause, not only the effect. */
  check(replay: Replay): void;
}

const soldOut = { code: "OUT_OF_STOCK", unitNumbers: [] };
const lockLost = { code: "LOCK_LOST", unitNumbers: [] };
const sold = (...unitNumbers: number[]) => ({ code: "RESERVED", unitNumbers });

const eventsOf = ({ events }: Replay, shopper: string, checkpoint: RaceEvent["checkpoint"]) =>
  events.filter((event) => event.shopper === shopper && event.checkpoint === checkpoint);
const indexOf = ({ events }: Replay, shopper: string, checkpoint: RaceEvent["checkpoint"]) =>
  events.findIndex((event) => event.shopper === shopper && event.checkpoint === checkpoint);
const decisive = ({ steps }: Replay) => steps.find((step) => step.decisive);
const readings = (replay: Replay, shopper: string) => eventsOf(replay, shopper, "read").map((event) => event.stock);

const soldTwice = (replay: Replay, unit: number) => {
  expect(replay.outcome).toMatchObject({ survived: false, headline: "Sold twice." });
  expect(replay.verdicts[0]).toMatchObject({ unitsOversold: 1, lostUpdates: 1, passed: false });
  expect(replay.verdicts[0]?.evidence[0]).toMatchObject({ kind: "unit-sold-twice", unit });
};
const soldOnce = (replay: Replay, headline = "Sold once.") => {
  expect(replay.outcome).toMatchObject({ survived: true, headline });
  for (const verdict of replay.verdicts) expect(verdict).toMatchObject({ passed: true, stock: 0 });
};

/** The old holder's UPDATE carried a token below the one that the row has seen, and changed nothing. */
const staleWriteRefused = (replay: Replay) => {
  soldOnce(replay);
  expect(replay.answers).toMatchObject({ A: lockLost, B: sold(1) });
  const [lost] = eventsOf(replay, "A", "lost");
  expect(BigInt(lost?.fencingToken ?? 0)).toBeLessThan(BigInt(lost?.fence ?? 0));
  expect(eventsOf(replay, "B", "locked")[0]?.fencingToken).toBe(lost?.fence);
  expect(replay.verdicts[0]?.writesRefused).toBe(1);
};

/** While A's machine stands still, the store itself hands the lock on. */
const takenOverFromSuspended = (replay: Replay) => {
  const takenOver = replay.steps.find((step) => step.shopper === null);
  expect(takenOver).toMatchObject({ holder: "B", lanes: { A: { state: "suspended" } } });
};

const conflictAndRetry = (conflict: string) => (replay: Replay) => {
  soldOnce(replay);
  expect(replay.answers).toMatchObject({ A: sold(1), B: soldOut });
  expect(eventsOf(replay, "B", "conflict").map((event) => event.conflict)).toEqual([conflict]);
  // T2 saw stock = 1: T1 had not committed. The second reading is the retry's.
  expect(readings(replay, "B")).toEqual([1, 0]);
};

export const classics: readonly ClassicTest[] = [
  {
    scenario: "two-readers",
    strategy: "unlocked",
    outcome: "No. 1 is sold twice",
    check(replay) {
      soldTwice(replay, 1);
      expect([readings(replay, "A"), readings(replay, "B")]).toEqual([[1], [1]]);
      expect(replay.answers).toMatchObject({ A: sold(1), B: sold(1) });
    },
  },
  {
    scenario: "late-release",
    strategy: "set-nx-naive",
    outcome: "A's DEL frees B's lock, and No. 2 is sold twice",
    check(replay) {
      soldTwice(replay, 2);
      takenOverFromSuspended(replay);
      expect(decisive(replay)).toMatchObject({ shopper: "A", holder: null, lanes: { B: { state: "inside" } } });
      expect(indexOf(replay, "C", "locked")).toBeLessThan(indexOf(replay, "B", "committed"));
    },
  },
  {
    scenario: "late-release",
    strategy: "set-nx",
    outcome: "A's release is refused, and C waits for B",
    check(replay) {
      soldOnce(replay, "Each sold once.");
      takenOverFromSuspended(replay);
      expect(decisive(replay)).toMatchObject({ shopper: "A", holder: "B", lanes: { B: { state: "holding" } } });
      expect(indexOf(replay, "C", "locked")).toBeGreaterThan(indexOf(replay, "B", "committed"));
      expect(replay.answers).toMatchObject({ A: sold(1), B: sold(2), C: soldOut });
    },
  },
  {
    scenario: "paused-holder",
    strategy: "redlock",
    outcome: "the zombie sells No. 1 again",
    check(replay) {
      soldTwice(replay, 1);
      takenOverFromSuspended(replay);
      expect(indexOf(replay, "B", "committed")).toBeLessThan(indexOf(replay, "A", "written"));
    },
  },
  {
    scenario: "paused-holder",
    strategy: "redlock+row-lock",
    outcome: "the row lock keeps B out until A has committed",
    check(replay) {
      soldOnce(replay);
      takenOverFromSuspended(replay);
      expect(replay.answers).toMatchObject({ A: sold(1), B: soldOut });
      expect(readings(replay, "B")).toEqual([0]);
      expect(replay.steps.some((step) => step.lanes.B?.label === "has the lock, waits for A")).toBe(true);
    },
  },
  {
    scenario: "paused-holder",
    strategy: "redlock+fencing",
    outcome: "PostgreSQL refuses the stale token",
    check(replay) {
      staleWriteRefused(replay);
      takenOverFromSuspended(replay);
    },
  },
  {
    scenario: "two-readers",
    strategy: "optimistic",
    outcome: "a version conflict and its retry",
    check: conflictAndRetry("version"),
  },
  {
    scenario: "two-readers",
    strategy: "serializable",
    outcome: "a serialization failure and its retry",
    check: conflictAndRetry("40001"),
  },
  {
    scenario: "two-readers",
    strategy: "conditional-update",
    outcome: "no lock, no reading, and sold once",
    check(replay) {
      soldOnce(replay);
      expect(replay.answers).toMatchObject({ A: sold(1), B: soldOut });
      const passed = new Set(replay.events.map((event) => event.checkpoint));
      for (const checkpoint of ["read", "locked", "conflict"] as const) expect(passed).not.toContain(checkpoint);
    },
  },
  {
    scenario: "paused-holder",
    strategy: "zookeeper+fencing",
    outcome: "the session dies, and the late write meets the fence",
    check(replay) {
      staleWriteRefused(replay);
      takenOverFromSuspended(replay);
    },
  },
  {
    scenario: "late-heartbeat",
    strategy: "dynamodb-lease",
    outcome: "the heartbeat of the old owner is refused before it commits",
    check(replay) {
      soldOnce(replay);
      takenOverFromSuspended(replay);
      expect(replay.answers).toMatchObject({ A: lockLost, B: sold(1) });
      expect(decisive(replay)).toMatchObject({ shopper: "A", holder: "B" });
      expect(decisive(replay)?.sentence).toContain("the store refuses");
      expect(eventsOf(replay, "A", "committed")).toEqual([]);
      expect(replay.verdicts[0]?.writesRefused).toBe(0);
    },
  },
  {
    scenario: "crossed-carts",
    strategy: "row-lock",
    outcome: "a deadlock without sorting, and none with it",
    check(replay) {
      soldOnce(replay, "Each sold once.");
      const deadlocked = replay.events.filter((event) => event.conflict === "40P01").map((event) => event.shopper);
      expect(deadlocked).toHaveLength(1);
      expect(["A", "B"]).toContain(deadlocked[0]);
      expect(Object.values(replay.answers).map((answer) => answer.code)).toEqual(Array(4).fill("RESERVED"));
    },
  },
];
