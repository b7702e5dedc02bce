import { expect, test } from "vitest";
import { readOptions } from "../../src/lab/explore/options.ts";
import { readMutants, whyNotApplied } from "./mutants.mjs";

test("each mutant names a strategy and a scenario that is explored under it, and applies to the shop's files", async () => {
  const mutants = await readMutants();
  expect(mutants.length).toBeGreaterThanOrEqual(20);
  for (const { strategy, scenario } of mutants) expect(readOptions({ strategy, scenario }).tasks).toHaveLength(1);
  expect(await Promise.all(mutants.map(whyNotApplied))).toEqual(mutants.map(() => undefined));
});
