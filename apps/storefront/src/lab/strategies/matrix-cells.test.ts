import { expect, test } from "vitest";
import type { Matrix, Strategy } from "../../api/types.ts";
import { connectionsHeld, type MatrixCell, measuredCount, replayOf, timesFastest } from "./matrix-cells.ts";

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
  expect(timesFastest(matrix, "row-lock")).toBe(3);
  expect(timesFastest(matrix, "conditional-update")).toBe(1);
  expect(timesFastest(matrix, "unlocked")).toBeUndefined();
  expect(timesFastest(matrix, "zookeeper")).toBeUndefined();
});

test("what waiting buyers hold is a cost, told without a mark", () => {
  const measured = {
    ...matrix,
    cells: [cell("waiting-outside", "row-lock", "loses"), cell("waiting-outside", "zookeeper", "survives")],
  };
  const held = (name: string) => connectionsHeld({ name, write: "row-lock" } as Strategy, measured);
  expect([held("row-lock"), held("zookeeper"), held("unlocked")]).toEqual(["1 each", "0", "–"]);
});

test("cells that are not measured yet are not counted", () => {
  expect(measuredCount(matrix)).toBe(7);
});
