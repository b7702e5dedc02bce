import { describe, expect, test } from "vitest";
import { judge } from "./judge.ts";
import { explained, info, summary, verdict } from "./sample-results.ts";

const unlocked = info({ name: "unlocked", safe: false });
const raced = { unitsSold: 90, unitsOversold: 55, lostUpdates: 55, orders: 90, stock: 5, passed: false };

describe("judging a strategy's run", () => {
  test("a safe strategy that sold what there was has nothing to answer for", () => {
    expect(judge(info(), "run", summary(), verdict(), explained).failures).toEqual([]);
  });

  test("a safe strategy that oversells breaks its promise", () => {
    const { failures } = judge(info(), "run", summary(), verdict({ unitsOversold: 1, passed: false }), explained);
    expect(failures).toContain("oversold 1 units");
  });

  test("a safe strategy that sends buyers away while units are left breaks its promise", () => {
    expect(judge(info(), "run", summary(), verdict({ soldOutTooEarly: 3 }), explained).failures).toHaveLength(1);
  });

  test("a safe strategy whose answers nothing explains breaks its promise, with the sentence that says why", () => {
    const history = {
      verdict: "not-linearizable" as const,
      sentences: ["Shopper 1 and shopper 2 were both sold unit 1."],
    };
    expect(judge(info(), "run", summary(), verdict(), history).failures[0]).toMatch(/both sold unit 1/);
    expect(judge(info(), "run", summary(), verdict(), { verdict: "unknown", reason: "too long" }).failures).toEqual([]);
  });

  test("the unlocked baseline may oversell", () => {
    const told = summary({ counts: { RESERVED: 90, OUT_OF_STOCK: 10 }, unitsReserved: 90 });
    expect(judge(unlocked, "run", told, verdict(raced), explained).failures).toEqual([]);
  });

  test("the unlocked baseline must oversell", () => {
    expect(judge(unlocked, "run", summary(), verdict(), explained).failures[0]).toMatch(/did not oversell/);
  });

  test("an order that no buyer was told of contradicts the ledger", () => {
    expect(judge(info(), "run", summary({ counts: { RESERVED: 39 } }), verdict(), explained).failures[0]).toMatch(
      /39 buyers/,
    );
  });

  test("a buyer who was told of an order that is not there contradicts the ledger", () => {
    expect(judge(info(), "run", summary({ counts: { RESERVED: 41 } }), verdict(), explained).failures[0]).toMatch(
      /41 buyers/,
    );
  });

  test("an order may exist for a buyer whose answer was lost on the way", () => {
    const told = summary({ counts: { RESERVED: 38, OUT_OF_STOCK: 60, NO_ANSWER: 2 }, unitsReserved: 38 });
    expect(judge(info(), "run", told, verdict(), explained).failures).toEqual([]);
  });

  test("units count once per second until the last sale, however often they were sold", () => {
    expect(judge(unlocked, "run", summary(), verdict(raced), explained).unitsPerSecond).toBe((90 - 55) / 2);
  });

  test("what is neither a reservation nor sold out is an error", () => {
    const told = summary({ counts: { OUT_OF_STOCK: 55, LOCK_BUSY: 5 } });
    expect(judge(info(), "run", told, verdict(), explained).errors).toBe(5);
  });
});
