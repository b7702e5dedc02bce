import type { Counterexample, TakenStep } from "@last-unit/explorer";
import { expect, test } from "vitest";
import { cart } from "../spec.ts";
import { castOf, drawCounterexample } from "./draw-counterexample.ts";

const step = (process: string, name: string, outcome: string, more: Partial<TakenStep> = {}): TakenStep => ({
  process,
  name,
  outcome,
  choices: ["A", "B"],
  remarks: [],
  couldGoOn: true,
  values: { lamp: "1", orders: "0" },
  ...more,
});
const drawn = (steps: TakenStep[]) => drawCounterexample({ steps } as unknown as Counterexample, variant, 82);
const variant = {
  scenario: { name: "two buyers", stock: { lamp: 1 }, buyers: [cart("lamp"), cart(["lamp", 2])] },
};

test("a column for each buyer, what was read, for whom it waits, and the committed values", () => {
  const steps = [
    step("A", "SELECT FROM stock", "SELECT 1", { remarks: ["stock = 1"] }),
    step("B", "UPDATE stock", "UPDATE 0", { blockedBy: ["A"], remarks: ["answers: sold out"] }),
    step("A", "timer", "fired"),
  ];
  expect(drawn(steps)).toBe(
    [
      "     A                              B                              lamp  orders",
      "  1  SELECT FROM stock                                             1     0",
      "       stock = 1",
      "  2                                 UPDATE stock                   1     0",
      "                                      waits for A",
      "                                      UPDATE 0",
      "                                      answers: sold out",
      "  3  a timer fires                                                 1     0",
    ].join("\n"),
  );
});

test("of a long table the begin and the end", () => {
  const lines = drawn(Array.from({ length: 100 }, () => step("A", "COMMIT", "COMMIT"))).split("\n");
  expect(lines).toHaveLength(1 + 28 + 1 + 12);
  expect(lines[29]).toBe("  … the steps until 88");
  expect(lines.at(-1)).toMatch(/^100 {2}COMMIT/);
});

test("the cast says who wants what", () => {
  expect(castOf(variant)).toEqual(["A = buyer-A wants 1 lamp", "B = buyer-B wants 2 lamp"]);
});
