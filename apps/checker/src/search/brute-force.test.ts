import fc from "fast-check";
import { expect, it } from "vitest";
import { bruteForce, naiveStock } from "../../test/brute-force.ts";
import { Random } from "../../test/random.ts";
import { smallStockHistory } from "../../test/small-histories.ts";
import { linearConditions } from "../conditions/linear-conditions.ts";
import { stockModel } from "../models/stock.ts";
import { checkLinearizable } from "./check-linearizable.ts";

it("agrees with trying every order, on small histories of a stock; and no condition blames what can be explained", () => {
  const verdicts = { linearizable: 0, "not-linearizable": 0, unknown: 0 };
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { operations, initial } = smallStockHistory(new Random(seed));
      const { verdict } = checkLinearizable(operations, stockModel({ initial }));
      const expected = bruteForce(operations, naiveStock(operations, initial));
      expect(verdict).toBe(expected ? "linearizable" : "not-linearizable");
      if (expected) expect(linearConditions(operations, { initial }).violations).toEqual([]);
      verdicts[verdict] += 1;
    }),
    { numRuns: 3000 },
  );
  // Otherwise the histories would show nothing.
  expect(verdicts.linearizable).toBeGreaterThan(300);
  expect(verdicts["not-linearizable"]).toBeGreaterThan(300);
});
