import { expect, test } from "vitest";
import type { Point } from "./measure-crowd.ts";
import { resultWords, timesOf } from "./result-words.ts";

const point = (crowd: number, unitsPerSecond: number, oversold = 0, claimedPerSecond = unitsPerSecond): Point => ({
  crowd,
  unitsPerSecond,
  claimedPerSecond,
  units: unitsPerSecond,
  oversold,
  waitMs: { p50: 1, p99: 2 },
  refused: 0,
});
const group = (...points: Point[]) => ({ name: "Group commit", points });
const unlocked = (...points: Point[]) => ({ name: "No lock", points });

test("the largest number of buyers that both were measured with decides, and overselling is summed over all steps", () => {
  const words = resultWords(
    group(point(1, 100), point(1_000, 900), point(2_000, 5)),
    unlocked(point(1, 100, 3, 100), point(1_000, 100, 2_000, 312.4)),
  );
  expect(words).toEqual({
    tone: "good",
    headline: "9 times the units.",
    sentence:
      "With 1,000 buyers, Group commit sold 9 times as many units a second as No lock, and none of them twice. Over all steps, No lock oversold 2,003 units.",
  });
});

test("the second one may be the faster: then it is named first", () => {
  const words = resultWords(group(point(1, 50)), unlocked(point(1, 120)));
  expect(words?.sentence).toBe(
    "With 1 buyer, No lock sold 2.4 times as many units a second as Group commit, and none of them twice.",
  );
});

test("faster by selling twice is no success", () => {
  const words = resultWords(group(point(30, 100)), unlocked(point(30, 200, 7, 210)));
  expect(words).toMatchObject({ tone: "bad", headline: "2 times the units, some twice." });
  expect(words?.sentence).toMatch(/^With 30 buyers, No lock sold twice as many units a second as Group commit\. /);
});

test("within a tenth of each other they are about as fast, whichever was ahead", () => {
  for (const [a, b] of [
    [100, 109],
    [109, 100],
  ] as const) {
    const words = resultWords(group(point(10, a)), unlocked(point(10, b)));
    expect(words).toEqual({
      tone: "good",
      headline: "About as fast.",
      sentence: "With 10 buyers, Group commit sold about as many units a second as No lock.",
    });
  }
});

test("no ratio to nothing: one sold none, or neither did", () => {
  expect(resultWords(group(point(10, 80)), unlocked(point(10, 0)))?.sentence).toBe(
    "With 10 buyers, Group commit sold 80 units a second, and none of them twice. No lock sold none.",
  );
  expect(resultWords(group(point(10, 0)), unlocked(point(10, 0)))).toMatchObject({ headline: "Nothing sold." });
});

test("a rate below one a second is not shown as 0", () => {
  expect(resultWords(group(point(30, 0.3)), unlocked(point(30, 0)))?.sentence).toBe(
    "With 30 buyers, Group commit sold 0.3 units a second, and none of them twice. No lock sold none.",
  );
});

test("rejected checkouts are named with the ratio that they distort", () => {
  const words = resultWords(group(point(10, 80)), unlocked({ ...point(10, 20), refused: 1_200 }));
  expect(words?.sentence).toMatch(/rejected checkouts: 1,200 by No lock\.$/);
});

test("no result before both were measured with the same number of buyers", () => {
  expect(resultWords(group(point(1, 100)), unlocked())).toBeUndefined();
});

test.each([
  [1.25, "1.3"],
  [2.04, "2"],
  [9.94, "9.9"],
  [9.96, "10"],
  [1234.5, "1,235"],
])("%d times is written %s", (ratio, words) => expect(timesOf(ratio)).toBe(words));
