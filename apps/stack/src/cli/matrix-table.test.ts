import { expect, test } from "vitest";
import { brokenPromises, type Matrix, matrixTable } from "./matrix-table.ts";

const cell = (scenario: string, strategy: string, result: string, tookMs: number | null = null) => ({
  scenario,
  strategy,
  result,
  sentence: `What ${strategy} did in ${scenario}.`,
  tookMs,
});
const matrix: Matrix = {
  build: "abc",
  measuring: false,
  scenarios: [
    { name: "two-readers", title: "" },
    { name: "paused-holder", title: "" },
    { name: "crowd", title: "" },
  ],
  strategies: ["unlocked", "redlock"],
  cells: [
    cell("two-readers", "unlocked", "loses"),
    cell("two-readers", "redlock", "survives"),
    cell("paused-holder", "unlocked", "not-applicable"),
    cell("paused-holder", "redlock", "loses"),
    cell("crowd", "unlocked", "loses", 90),
    cell("crowd", "redlock", "survives", 40),
  ],
};
const strategies = [
  { name: "unlocked", safe: false },
  { name: "redlock", safe: true },
];

test("a failed paused-holder breaks no promise, and an unsafe strategy promises nothing", () => {
  expect(brokenPromises(matrix, strategies)).toEqual([]);
});

test("a safe strategy that fails two-readers or crowd breaks its promise", () => {
  const cells = matrix.cells.map((one) => (one.strategy === "redlock" ? { ...one, result: "loses" } : one));
  expect(brokenPromises({ ...matrix, cells }, strategies)).toEqual([
    "redlock, two-readers: What redlock did in two-readers.",
    "redlock, crowd: What redlock did in crowd.",
  ]);
});

test("the table has a row for each strategy, and below it the reason of each failure", () => {
  const lines = matrixTable(matrix).split("\n");
  expect(lines[2]).toBe("strategy  two-readers  paused-holder  crowd");
  expect(lines[3]).toBe("unlocked  FAILS        -              FAILS 90 ms");
  expect(lines[4]).toBe("redlock   passes       FAILS          passes 40 ms");
  expect(lines).toContain("FAILS  redlock, paused-holder: What redlock did in paused-holder.");
});
