import { expect, test } from "vitest";
import { Fairness } from "./fairness.ts";

test("whoever can take a step is passed over a bounded number of times", () => {
  const fairness = new Fairness();
  fairness.announced("B");
  for (let step = 0; step < 24; step += 1) fairness.stepped("A", true);
  expect(fairness.passedOver("A")).toEqual([]);
  fairness.stepped("A", false);
  expect(fairness.passedOver("A")).toEqual(["B"]);
  expect(fairness.passedOver("B")).toEqual([]);
  fairness.stepped("B", true);
  expect(fairness.passedOver("A")).toEqual([]);
});

test("whoever has ended is not waited for", () => {
  const fairness = new Fairness();
  fairness.announced("B");
  for (let step = 0; step < 30; step += 1) fairness.stepped("A", true);
  fairness.ended("B");
  expect(fairness.passedOver("A")).toEqual([]);
});
