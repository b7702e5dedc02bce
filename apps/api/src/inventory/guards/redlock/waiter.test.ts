import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Announcements } from "./announcements.ts";
import { Waiter } from "./waiter.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PATIENCE_MS = 10_000;
const behindAnother = { place: 1, isDeferred: false, isSplit: false };

/** A waiter that hears five nodes, which announce what the test says. */
async function hearing() {
  const listeners: ((message: string) => void)[] = [];
  const node = {
    hears: () => true,
    listen: async (_name: string, listener: (message: string) => void) => void listeners.push(listener),
    isWaitedFor() {},
    stop() {},
  };
  const nodes = Array.from({ length: 5 }, () => node as unknown as Announcements);
  const waiter = new Waiter(nodes, ["r"]);
  const listening = waiter.listen();
  await vi.advanceTimersByTimeAsync(50);
  await listening;
  const announce = (owner: string, first: string, count = 5) => {
    for (const listener of listeners.slice(0, count)) listener(`${owner} ${first}`);
  };
  return { waiter, announce };
}

test("called by a majority, it goes first and at once", async () => {
  const { waiter, announce } = await hearing();
  const turn = waiter.turn(PATIENCE_MS, behindAnother);
  announce("before", waiter.id, 3);
  expect(await turn).toBe("acquire-first");
});

test("one that was called before it does not come: it goes past that one after a moment", async () => {
  const { waiter, announce } = await hearing();
  const turn = waiter.turn(PATIENCE_MS, behindAnother);
  announce("before", "dead");
  await vi.advanceTimersByTimeAsync(40);
  expect(await turn).toBe("acquire-past");
});

test("the lock goes from hand to hand among others without end: it looks after its place all the same", async () => {
  const { waiter, announce } = await hearing();
  let command: string | undefined;
  void waiter.turn(PATIENCE_MS, behindAnother).then((said) => {
    command = said;
  });
  for (let elapsedMs = 0; elapsedMs <= 160; elapsedMs += 5) {
    announce(`owner-${elapsedMs}`, `another-${elapsedMs}`);
    await vi.advanceTimersByTimeAsync(5);
  }
  expect(command).toBe("acquire");
});

test("nobody announces anything: it looks again in time, and no later than its patience ends", async () => {
  const { waiter } = await hearing();
  const turn = waiter.turn(10, behindAnother);
  await vi.advanceTimersByTimeAsync(10);
  expect(await turn).toBe("acquire");
});
