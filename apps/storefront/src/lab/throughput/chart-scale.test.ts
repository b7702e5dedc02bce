import { expect, test } from "vitest";
import { marksUpTo, placeOf } from "./chart-scale.ts";

test.each([
  [0, [0, 2, 4, 6, 8, 10]],
  [47, [0, 10, 20, 30, 40, 50]],
  [101, [0, 50, 100, 150]],
  [1_000, [0, 200, 400, 600, 800, 1_000]],
  [2_301, [0, 500, 1_000, 1_500, 2_000, 2_500]],
])("round marks up to %d", (most, marks) => expect(marksUpTo(most)).toEqual(marks));

test("ten times the buyers is the same way to the right, wherever it begins", () => {
  const crowds = [1, 3, 10, 100, 1_000];
  expect(placeOf(1, crowds)).toBe(0);
  expect(placeOf(1_000, crowds)).toBe(1);
  expect(placeOf(100, crowds) - placeOf(10, crowds)).toBeCloseTo(placeOf(10, crowds));
});

test("a single size stands in the middle", () => expect(placeOf(30, [30])).toBe(0.5));
