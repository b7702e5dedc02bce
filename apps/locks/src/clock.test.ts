import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "./clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([Number.POSITIVE_INFINITY, 2 ** 31])("a timer of %d ms does not fire at once", (ms) => {
  const callBack = vi.fn();
  systemClock.after(ms, callBack);
  vi.advanceTimersByTime(24 * 60 * 60 * 1_000);
  expect(callBack).not.toHaveBeenCalled();
});
