import { expect, test } from "vitest";
import type { Matrix } from "../../api/types.ts";
import { asLong, type MatrixCell, measuredCount, ratio, replayOf, timesFastest } from "./matrix-cells.ts";

const cell = (scenario: string, strategy: string, result: MatrixCell["result"], tookMs: number | null = null) => ({
  scenario,
  strategy,
  result,
  sentence: "",
  tookMs,
});

const matrix: Matrix = {
  build: "0123456789ab",
  measuredAt: null,
  measuring: true,
  scenarios: [
    { name: "two-readers", title: "", question: "", replayable: true },
    { name: "crowd", title: "", question: "", replayable: false },
  ],
  strategies: ["unlocked", "row-lock", "conditional-update", "zookeeper"],
  cells: [
    cell("two-readers", "unlocked", "loses"),
    cell("two-readers", "row-lock", "not-measured"),
    cell("two-readers", "conditional-update", "not-applicable"),
    cell("two-readers", "zookeeper", "unavailable"),
    cell("crowd", "unlocked", "loses", 100),
    cell("crowd", "row-lock", "survives", 900),
    cell("crowd", "conditional-update", "survives", 300),
    cell("crowd", "zookeeper", "unavailable"),
  ],
};
const at = (scenario: string, strategy: string) =>
  matrix.cells.find((entry) => entry.scenario === scenario && entry.strategy === strategy) as MatrixCell;

test("a cell leads to its replay where there is one to be watched, measured or not", () => {
  expect(replayOf(matrix, at("two-readers", "unlocked"))).toBe("/lab/replays/two-readers/unlocked");
  expect(replayOf(matrix, at("two-readers", "row-lock"))).toBe("/lab/replays/two-readers/row-lock");
  expect(replayOf(matrix, at("two-readers", "conditional-update"))).toBeUndefined();
  expect(replayOf(matrix, at("two-readers", "zookeeper"))).toBeUndefined();
  expect(replayOf(matrix, at("crowd", "row-lock"))).toBeUndefined();
});

test("times are compared with the fastest that survived, not with one that sold wrongly", () => {
  expect(timesFastest(matrix, at("crowd", "row-lock"))).toBe(3);
  expect(timesFastest(matrix, at("crowd", "conditional-update"))).toBe(1);
  expect(timesFastest(matrix, at("two-readers", "unlocked"))).toBeUndefined();
});

test("two strategies are compared only when both were timed and both survived", () => {
  expect(ratio(matrix, "crowd", "row-lock", "conditional-update")).toBe(3);
  expect(ratio(matrix, "crowd", "unlocked", "conditional-update")).toBeUndefined();
  expect(ratio(matrix, "crowd", "zookeeper", "conditional-update")).toBeUndefined();
});

test("a difference below a tenth is none", () => {
  expect(asLong(1.06)).toBe("about as long");
  expect(asLong(2.55)).toBe("2.5 times as long");
});

test("cells that are not measured yet are not counted", () => {
  expect(measuredCount(matrix)).toBe(7);
});
