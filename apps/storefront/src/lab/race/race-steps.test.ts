import { expect, test } from "vitest";
import type { RaceEvent } from "../../api/types.ts";
import { raceSteps } from "./race-steps.ts";

const event = (
  at: number,
  shopper: string,
  checkpoint: RaceEvent["checkpoint"],
  rest: Partial<RaceEvent> = {},
): RaceEvent => ({ at: 500 + at, shopper, attempt: shopper, replica: "replica-1", checkpoint, ...rest });
const both = new Set(["A", "B"]);

test("two readers: the second one's step says that the first one has not committed", () => {
  const steps = raceSteps(
    [
      event(0, "A", "arrived"),
      event(4, "B", "read", { stock: 1 }),
      event(2, "A", "read", { stock: 1 }),
      event(3, "A", "checked"),
      event(9, "A", "written", { stock: 0, unitNumbers: [1] }),
      event(10, "A", "committed"),
      event(12, "B", "answered", { outcome: "RESERVED", unitNumbers: [1] }),
    ],
    both,
  );
  expect(steps).toEqual([
    { at: 0, sentence: "Buyer A’s checkout reaches replica 1." },
    { at: 2, sentence: "Buyer A reads a stock of 1." },
    { at: 4, sentence: "Buyer B reads a stock of 1 too: A has not committed yet." },
    {
      at: 9,
      sentence: "Buyer A writes a stock of 0 and takes No. 1. Nobody else sees it before the commit.",
    },
    { at: 10, sentence: "Buyer A’s transaction commits." },
    { at: 12, sentence: "Buyer B is told: No. 1 is yours." },
  ]);
});

test("a read after the other one's commit is a plain one", () => {
  const steps = raceSteps(
    [event(1, "A", "read", { stock: 2 }), event(2, "A", "committed"), event(3, "B", "read", { stock: 1 })],
    both,
  );
  expect(steps.at(-1)?.sentence).toBe("Buyer B reads a stock of 1.");
});

test("a lock's step names how many nodes voted how, and buyers that are not drawn have no steps", () => {
  const nodes = (["granted", "granted", "silent", "granted", "late"] as const).map((vote) => ({ vote }));
  const votes = { for: 3, against: 0, unavailable: 2, nodes };
  const steps = raceSteps(
    [event(1, "A", "locked", { votes, waitedMs: 7.4 }), event(2, "17", "locked", { votes, waitedMs: 1 })],
    both,
  );
  expect(steps).toEqual([
    {
      at: 0,
      sentence: "Buyer A has the lock after 7 ms: 3 of 5 nodes granted it, 1 did not answer, 1 answered too late.",
      nodes,
    },
  ]);
});
