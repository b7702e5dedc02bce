import { expect, test } from "vitest";
import { restartDelayMs } from "./back-off.ts";

test("each failure in a row doubles the wait, up to a bound", () => {
  expect([1, 2, 3, 4, 20].map((failures) => restartDelayMs(failures))).toEqual([250, 500, 1000, 2000, 10_000]);
});
