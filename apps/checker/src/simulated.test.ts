import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulate } from "../test/simulate.ts";
import { faults, type Simulation } from "../test/simulated-shop.ts";
import { checkHistory } from "./check.ts";
import { linearConditions } from "./conditions/linear-conditions.ts";
import { pairEvents } from "./history/pair-events.ts";
import { stockModel } from "./models/stock.ts";
import { checkLinearizable } from "./search/check-linearizable.ts";

/** Shops of all kinds: few and many buyers, one or two SKUs, with and without unit numbers, lost answers, failures. */
const shops: fc.Arbitrary<Simulation> = fc.record({
  seed: fc.integer(),
  operations: fc.integer({ min: 1, max: 120 }),
  buyers: fc.integer({ min: 1, max: 12 }),
  skus: fc.integer({ min: 1, max: 2 }),
  stock: fc.integer({ min: 1, max: 30 }),
  quantity: fc.integer({ min: 1, max: 3 }),
  withUnits: fc.boolean(),
  infoShare: fc.constantFrom(0, 0.05, 0.2),
  failShare: fc.constantFrom(0, 0.1),
});

it("a correct shop with delays, failures and lost answers is never blamed", () => {
  fc.assert(
    fc.property(shops, (shop) => {
      const { events, initial } = simulate(shop);
      const { operations } = pairEvents(events);
      expect(linearConditions(operations, { initial }).violations).toEqual([]);
      expect(checkLinearizable(operations, stockModel({ initial }), { timeMs: 20_000 }).verdict).toBe("linearizable");
    }),
    { numRuns: 300 },
  );
}, 60_000);

describe.each(faults)("one %s", (fault) => {
  it("is found wherever it can be seen", () => {
    let found = 0;
    fc.assert(
      // Lost answers would excuse it: what nobody heard of may have come back or been taken.
      fc.property(shops, (shop) => {
        const { events, initial, isFaulty } = simulate({ ...shop, infoShare: 0, fault });
        fc.pre(isFaulty);
        expect(checkLinearizable(pairEvents(events).operations, stockModel({ initial })).verdict).toBe(
          "not-linearizable",
        );
        found += 1;
      }),
      { numRuns: 100 },
    );
    expect(found).toBe(100);
  });
});

it("the counterexample is not linearizable, and without any one of its operations it is", () => {
  let withoutContext = 0;
  fc.assert(
    fc.property(shops, fc.constantFrom(...faults), (shop, fault) => {
      const { events, initial, isFaulty } = simulate({
        ...shop,
        operations: Math.min(shop.operations, 40),
        infoShare: 0,
        fault,
      });
      fc.pre(isFaulty);
      const { verdict, counterexample } = checkHistory(events, { model: "stock", initial });
      expect(verdict).toBe("not-linearizable");
      const { operations = [], context = [], isMinimal } = counterexample ?? {};
      // A few histories in ten thousand take longer to minimise than the limit allows; the checker then says so.
      if (!isMinimal) return;
      const explained = (some: typeof operations) =>
        checkLinearizable(
          [...some].sort((a, b) => a.line - b.line),
          stockModel({ initial }),
        ).verdict;
      expect(explained([...operations, ...context])).toBe("not-linearizable");
      if (context.length > 0) return;
      withoutContext += 1;
      for (const left of operations) {
        expect(explained(operations.filter((operation) => operation !== left))).toBe("linearizable");
      }
    }),
    { numRuns: 60 },
  );
  expect(withoutContext).toBeGreaterThan(15);
}, 60_000);

it("a counterexample holds no operation that would make it linearizable: a lost return of the unit that was sold twice", () => {
  const { events, initial } = simulate({
    seed: 1216157415,
    operations: 36,
    buyers: 1,
    skus: 2,
    stock: 7,
    quantity: 1,
    withUnits: true,
    infoShare: 0,
    failShare: 0,
    fault: "lost-write",
  });
  const { operations = [], context = [] } = checkHistory(events, { model: "stock", initial }).counterexample ?? {};
  const shown = [...operations, ...context].sort((a, b) => a.line - b.line);
  expect(shown).not.toEqual([]);
  expect(checkLinearizable(shown, stockModel({ initial })).verdict).toBe("not-linearizable");
});
