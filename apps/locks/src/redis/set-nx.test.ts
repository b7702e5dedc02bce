import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RedisClient } from "./redis-client.ts";
import { setNx } from "./set-nx.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a node hangs: 20 callers that are refused leave one acquire and its release in its connection", async () => {
  const evalScript = vi.fn(() => new Promise<never>(() => {}));
  const hung = { status: "ready", options: {}, on() {}, eval: evalScript } as unknown as RedisClient;
  const locks = setNx(hung);
  const refusals: unknown[] = [];
  for (let caller = 0; caller < 20; caller += 1) {
    locks.acquire(["a"], { ttlMs: 60_000, waitMs: 60_000 }).catch((error: unknown) => refusals.push(error));
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(refusals).toHaveLength(20);
  expect(evalScript).toHaveBeenCalledTimes(2);
});
