import { expect, test } from "vitest";
import { readOptions } from "../../src/lab/explore/options.ts";
import { readMutants, whyNotApplied } from "./mutants.mjs";

test("each mutant names a strategy, a scenario and a fault that are explored under it, and applies to the shop's files", async () => {
  const mutants = await readMutants();
  expect(mutants.length).toBeGreaterThanOrEqual(20);
  for (const { strategy, scenario, faults } of mutants) {
    expect(readOptions({ strategy, scenario, faults }).tasks).toHaveLength(1);
  }
  expect(await Promise.all(mutants.map(whyNotApplied))).toEqual(mutants.map(() => undefined));
});
