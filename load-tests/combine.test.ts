import { expect, test } from "vitest";
import { combine, inOrderOfRound } from "./combine.ts";
import { judge } from "./judge.ts";
import { explained, info, summary, verdict } from "./sample-results.ts";

const round = (soldMs: number, heldMs?: number, lostUpdates = 0) =>
  judge(info(), `run-${soldMs}`, summary({ soldMs }), verdict({ lostUpdates }), explained, heldMs);

test("counts are summed up, rates and times are medians, and the rounds stay readable", () => {
  const result = combine([round(1_000, 2), round(4_000, 9), round(2_000, 3)]);
  expect([result.summary.checkouts, result.verdict.unitsSold, result.unitsPerSecond, result.heldMs]).toEqual([
    300, 120, 20, 3,
  ]);
  expect(result.rounds.map(({ runId, unitsPerSecond }) => [runId, unitsPerSecond])).toEqual([
    ["run-1000", 40],
    ["run-4000", 10],
    ["run-2000", 20],
  ]);
});

test("a promise that was broken in one round stays broken, and is told once", () => {
  expect(combine([round(1_000), round(1_000, 0, 3), round(1_000, 0, 3)]).failures).toEqual(["lost 3 updates"]);
});

test("a history that nothing explains is not hidden by the other rounds", () => {
  const broken = judge(info(), "run", summary(), verdict(), { verdict: "not-linearizable", sentences: ["Both."] });
  expect(combine([round(1_000), broken]).history.verdict).toBe("not-linearizable");
});

test("the order changes with each round, and every strategy is in each", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const orders = [0, 1, 2].map((index) => inOrderOfRound(names, index).join(""));
  expect(new Set(orders).size).toBe(3);
  expect(new Set(orders.map(([first]) => first)).size).toBe(3);
  for (const order of orders) expect([...order].sort()).toEqual(names);
  expect(inOrderOfRound(["a"], 2)).toEqual(["a"]);
});
