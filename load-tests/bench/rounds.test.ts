import { expect, test } from "vitest";
import type { Bench } from "./figure.ts";
import { median, ratiosOf, takeTurns } from "./rounds.ts";

const bench = (rounds: number, signal = new AbortController().signal) => ({ rounds, signal }) as Bench;

test("the sides take turns, and each is first as often as the other", async () => {
  const order: string[] = [];
  const side = (name: string) => async () => order.push(name);
  const results = await takeTurns(bench(4), [side("a"), side("b")]);
  expect(order.join("")).toBe("abbaabba");
  expect(results).toEqual([
    [1, 4, 5, 8],
    [2, 3, 6, 7],
  ]);
});

test("an interrupted bench measures nothing more", async () => {
  const interrupt = new AbortController();
  const measured: number[] = [];
  const side = async () => {
    measured.push(1);
    interrupt.abort(new Error("Interrupted."));
  };
  await expect(takeTurns(bench(5, interrupt.signal), [side])).rejects.toThrow("Interrupted.");
  expect(measured).toEqual([1]);
});

test("ratios are taken round by round", () => {
  expect(ratiosOf([10, 30], [5, 10])).toEqual([2, 3]);
});

test("the median of an even number of rounds lies between the two in the middle", () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, Number.NaN]);
});
