import { expect, test } from "vitest";
import { availabilityOf, typedQuantity } from "./availability.ts";

test.each([
  [2, 5, { max: 5, available: 2 }],
  [5, 5, { max: 5, available: 5 }],
  [7, 5, { max: 5, available: 5, problem: "too-many" }],
  [1, 0, { max: 0, available: 0, problem: "sold-out" }],
  [1, -2, { max: 0, available: 0, problem: "sold-out" }],
  [1_200, 5_000, { max: 1_000, available: 1_000, problem: "too-many" }],
  [2, undefined, { max: 1_000, available: 2 }],
])("%i wanted of a stock of %s: %j", (quantity, stock, expected) => {
  expect(availabilityOf(quantity, stock)).toEqual(expected);
});

test.each([
  ["3", 3],
  [" 4 ", 4],
  ["0", 1],
  ["31", 5],
  ["99999999999999999999999", 5],
  ["", undefined],
  ["-1", undefined],
  ["2.5", undefined],
  ["2e3", undefined],
])("typed %j, five left: %s", (text, expected) => {
  expect(typedQuantity(text, 5)).toBe(expected);
});
