import { expect, test } from "vitest";
import { zipf } from "./day-requests.ts";

test("ranks are drawn by Zipf's law: the first twice as often as the second, and none is left out", () => {
  const count = 100;
  let step = 0;
  // Even steps through all of chance, so that the shares come out exactly.
  const draws = 100_000;
  const pick = zipf(count, () => (step++ + 0.5) / draws);
  const drawn = Array<number>(count).fill(0);
  for (let draw = 0; draw < draws; draw += 1) {
    const rank = pick();
    drawn[rank] = (drawn[rank] ?? 0) + 1;
  }
  expect((drawn[0] ?? 0) / (drawn[1] ?? 0)).toBeCloseTo(2, 2);
  expect((drawn[0] ?? 0) / (drawn[9] ?? 0)).toBeCloseTo(10, 1);
  expect(Math.min(...drawn)).toBeGreaterThan(0);
});
