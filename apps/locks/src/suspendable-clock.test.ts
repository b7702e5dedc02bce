import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { suspendableClock } from "./suspendable-clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("while it is suspended no time passes and nothing is called back", () => {
  const clock = suspendableClock();
  const called = vi.fn();
  clock.after(100, called);
  vi.advanceTimersByTime(60);
  clock.suspend();
  const before = clock.now();
  vi.advanceTimersByTime(10_000);
  expect(clock.now()).toBe(before);
  expect(called).not.toHaveBeenCalled();
  clock.resume();
  vi.advanceTimersByTime(39);
  expect(called).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(called).toHaveBeenCalledTimes(1);
});

test("a timer of the time of its suspension begins when it is resumed, and a cancelled one is never called", () => {
  const clock = suspendableClock();
  const [kept, cancelled] = [vi.fn(), vi.fn()];
  clock.suspend();
  clock.after(10, kept);
  clock.after(10, cancelled)();
  vi.advanceTimersByTime(1_000);
  clock.resume();
  vi.advanceTimersByTime(10);
  expect(kept).toHaveBeenCalledTimes(1);
  expect(cancelled).not.toHaveBeenCalled();
});
