import fc from "fast-check";
import { expect, it } from "vitest";
import { bruteForce, naiveObject, naiveStock } from "../../test/brute-force.ts";
import { Random } from "../../test/random.ts";
import { smallMutexHistory, smallRegisterHistory, smallStockHistory } from "../../test/small-histories.ts";
import { linearConditions } from "../conditions/linear-conditions.ts";
import type { AnyModel } from "../models/model.ts";
import { mutexModel } from "../models/mutex.ts";
import { registerModel } from "../models/register.ts";
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
}, 60_000);

it.each([
  ["register", registerModel(), smallRegisterHistory],
  ["mutex", mutexModel({ ttlNs: 6 }), smallMutexHistory],
])(
  "agrees with trying every order, on small histories of a %s",
  (_, model: AnyModel, generate) => {
    const verdicts = { linearizable: 0, "not-linearizable": 0, unknown: 0 };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const operations = generate(new Random(seed));
        const { verdict } = checkLinearizable(operations, model);
        expect(verdict).toBe(
          bruteForce(operations, naiveObject(operations, model)) ? "linearizable" : "not-linearizable",
        );
        verdicts[verdict] += 1;
      }),
      { numRuns: 1000 },
    );
    expect(verdicts.linearizable).toBeGreaterThan(50);
    expect(verdicts["not-linearizable"]).toBeGreaterThan(50);
  },
  60_000,
);
