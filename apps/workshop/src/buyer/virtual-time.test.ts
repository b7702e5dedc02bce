import { expect, test } from "vitest";
import { timeGlobals, timersPromises, VirtualTime } from "./virtual-time.ts";

test("a timer fires when it is let, in the sequence of the times at which they are due", () => {
  const time = new VirtualTime();
  const { setTimeout, clearTimeout } = timeGlobals(time);
  const fired: string[] = [];
  setTimeout((text) => fired.push(String(text)), 50, "late");
  const never = setTimeout(() => fired.push("never"), 20);
  setTimeout(() => fired.push("soon"), 10);
  clearTimeout(never);
  expect(time.firstInMs).toBe(10);
  time.nowMs = 10;
  time.fire();
  expect(time.firstInMs).toBe(40);
  time.nowMs = 50;
  time.fire();
  expect(fired).toEqual(["soon", "late"]);
  expect(time.firstInMs).toBeUndefined();
});

test("an interval is due again, until it is cleared", () => {
  const time = new VirtualTime();
  const { setInterval, clearInterval } = timeGlobals(time);
  const handle = setInterval(() => {}, 10);
  time.nowMs = 25;
  time.fire();
  expect(time.firstInMs).toBe(10);
  clearInterval(handle);
  expect(time.firstInMs).toBeUndefined();
});

test("Date and performance show the virtual time, and other dates stay what they are", () => {
  const time = new VirtualTime();
  const { Date: VirtualDate, performance } = timeGlobals(time);
  const began = VirtualDate.now();
  time.nowMs = 1_500;
  expect(VirtualDate.now() - began).toBe(1_500);
  expect(new VirtualDate().getTime() - began).toBe(1_500);
  expect(new VirtualDate("2020-01-01T00:00:00Z").getUTCFullYear()).toBe(2020);
  expect(new VirtualDate() instanceof Date).toBe(true);
  expect(performance.now()).toBe(1_500);
});

test("timers/promises: resolves with the value, rejects when it is aborted", async () => {
  const time = new VirtualTime();
  const promises = timersPromises(time);
  const abort = new AbortController();
  const value = promises.setTimeout(10, "value");
  const aborted = promises.setTimeout(10, "value", { signal: abort.signal });
  abort.abort(new Error("given up"));
  await expect(aborted).rejects.toThrow("given up");
  time.fire();
  await expect(value).resolves.toBe("value");
});
