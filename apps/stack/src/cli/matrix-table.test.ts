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

test("a lost pause breaks no promise, and an unsafe strategy promises nothing", () => {
  expect(brokenPromises(matrix, strategies)).toEqual([]);
});

test("a strategy that calls itself safe and loses two readers or the crowd breaks its promise", () => {
  const cells = matrix.cells.map((one) => (one.strategy === "redlock" ? { ...one, result: "loses" } : one));
  expect(brokenPromises({ ...matrix, cells }, strategies)).toEqual([
    "redlock, two-readers: What redlock did in two-readers.",
    "redlock, crowd: What redlock did in crowd.",
  ]);
});

test("the table has a row for each strategy, and below it why each lost cell was lost", () => {
  const lines = matrixTable(matrix).split("\n");
  expect(lines[2]).toBe("strategy  two-readers  paused-holder  crowd");
  expect(lines[3]).toBe("unlocked  LOSES        -              LOSES 90 ms");
  expect(lines[4]).toBe("redlock   survives     LOSES          survives 40 ms");
  expect(lines).toContain("LOSES  redlock, paused-holder: What redlock did in paused-holder.");
});
