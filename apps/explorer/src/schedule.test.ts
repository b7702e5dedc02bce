import fc from "fast-check";
import { expect, test } from "vitest";
import { incrementers } from "../test/toys.ts";
import { InvalidSchedule, parseSchedule, printSchedule, repeat, replay, scheduleOf } from "./index.ts";

const turn = fc.oneof(
  fc.record({
    process: fc.constantFrom(..."ABCZ"),
    steps: fc.oneof(fc.constant("all" as const), fc.integer({ min: 1, max: 9_999 })),
  }),
  fc.record({ fault: fc.constantFrom("m", "pA", "zZ") }),
);

test("what is printed is parsed to the same turns", () => {
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 20 }), (turns) => {
      expect(parseSchedule(printSchedule(turns))).toEqual(turns);
    }),
  );
});

test.each(["a1", "A", "A0", "AB", "A-1", "A1B2", "A1.5", "A10000", "A1 * B1", "A1;B2", "pa", "pA1"])(
  "%s is refused",
  (text) => {
    expect(() => parseSchedule(text)).toThrow(InvalidSchedule);
  },
);

test("any schedule that fits replays to the schedule that it is printed as", async () => {
  const order = fc.array(fc.constantFrom("A1", "B1", "C1", "A2", "B2", "A*", "B*", "C*"), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(order, async (words) => {
      const first = await replay(incrementers(3), words.join(" ")).catch((error: unknown) => {
        if (error instanceof InvalidSchedule) return undefined;
        throw error;
      });
      if (!first) return;
      const again = await replay(incrementers(3), scheduleOf(first));
      expect(again.steps).toEqual(first.steps);
      expect(again.wrong).toEqual(first.wrong);
    }),
    { numRuns: 60 },
  );
});

test("a schedule that names a step which cannot be taken is refused, and says who can go on", async () => {
  await expect(replay(incrementers(2), "A* A1")).rejects.toThrow(
    "A cannot take a step after 2 steps; it has ended or waits. B can.",
  );
});

test("repeating a schedule gives the same steps and verdict each time", async () => {
  expect(await repeat(incrementers(2), "A1 B* A*", 20)).toBeUndefined();
});

test("repeat reports the first two executions that differ", async () => {
  let count = 0;
  const system = incrementers(2);
  const found = await repeat(
    async () => {
      count += 1;
      return { ...(await system()), judge: () => (count === 3 ? ["wrong"] : []) };
    },
    "A* B*",
    20,
  );
  expect(found?.expected.at(-1)).toBe("all ended, 0 wrong");
  expect(found?.actual.at(-1)).toBe("all ended, 1 wrong");
});
