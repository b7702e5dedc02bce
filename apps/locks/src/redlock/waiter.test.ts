import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../clock.ts";
import type { ReleaseNotifications } from "./release-notifications.ts";
import { Waiter } from "./waiter.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PATIENCE_MS = 10_000;
const behindAnother = { position: 1, isDeferred: false, isSplit: false };

/** A waiter that listens to five nodes, which publish what the test says. */
async function listening() {
  const listeners: ((message: string) => void)[] = [];
  const node = {
    isSubscribed: () => true,
    listen: async (_name: string, listener: (message: string) => void) => void listeners.push(listener),
    isWaitedFor() {},
    stop() {},
  };
  const nodes = Array.from({ length: 5 }, () => node as unknown as ReleaseNotifications);
  const waiter = new Waiter(nodes, ["r"], systemClock);
  const attached = waiter.listen();
  await vi.advanceTimersByTimeAsync(50);
  await attached;
  const publish = (owner: string, first: string, count = 5) => {
    for (const listener of listeners.slice(0, count)) listener(`${owner} ${first}`);
  };
  return { waiter, publish };
}

test("notified by a majority, it goes first and at once", async () => {
  const { waiter, publish } = await listening();
  const turn = waiter.turn(PATIENCE_MS, behindAnother);
  publish("before", waiter.id, 3);
  expect(await turn).toBe("acquire-first");
});

test("a notified waiter before it does not come: it overtakes that one after a moment", async () => {
  const { waiter, publish } = await listening();
  const turn = waiter.turn(PATIENCE_MS, behindAnother);
  publish("before", "dead");
  await vi.advanceTimersByTimeAsync(40);
  expect(await turn).toBe("acquire-past");
});

test("the lock goes from hand to hand among others without end: it asks again all the same", async () => {
  const { waiter, publish } = await listening();
  let command: string | undefined;
  void waiter.turn(PATIENCE_MS, behindAnother).then((said) => {
    command = said;
  });
  for (let elapsedMs = 0; elapsedMs <= 160; elapsedMs += 5) {
    publish(`owner-${elapsedMs}`, `another-${elapsedMs}`);
    await vi.advanceTimersByTimeAsync(5);
  }
  expect(command).toBe("acquire");
});

test("no node publishes anything: it asks again in time, and no later than its patience ends", async () => {
  const { waiter } = await listening();
  const turn = waiter.turn(10, behindAnother);
  await vi.advanceTimersByTimeAsync(10);
  expect(await turn).toBe("acquire");
});
