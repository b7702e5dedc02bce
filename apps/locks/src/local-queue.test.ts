import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { type Lease, type LeaseStore, LockBusy, type ReleaseOptions } from "./lease-store.ts";
import { queuedLocally } from "./local-queue.ts";
import { manualClock } from "./testing/manual-clock.ts";

const ask = { ttlMs: 5_000, waitMs: 5_000 };

/** A store for one process: it grants at once, ends a release when the test says so, and records what it was asked. */
function recordingStore(keepsOrder: boolean, remainingMs = () => 1_000) {
  const asked: string[] = [];
  const ends: (() => void)[] = [];
  const store: LeaseStore = {
    name: "recording",
    safe: true,
    about: { idea: "", guarantee: "", failureMode: "", cost: "" },
    keepsOrder,
    availability: async () => ({ available: true }),
    async acquire(resources, { goesFirst }) {
      asked.push(goesFirst ? "acquire, goes first" : "acquire");
      return { resources, owner: randomUUID(), remainingMs };
    },
    extend: async (lease: Lease) => lease,
    release(_lease, { isHandedOn }: ReleaseOptions = {}) {
      asked.push(isHandedOn ? "release, handed on" : "release");
      return new Promise((resolve) => ends.push(resolve));
    },
  };
  return { store, asked, endRelease: () => ends.shift()?.() };
}

const allTurns = () => new Promise((resolve) => setImmediate(resolve));

test("a store that keeps order is asked for the next lock while the release is under way", async () => {
  const { store, asked, endRelease } = recordingStore(true);
  const queue = queuedLocally(store);
  const first = await queue.acquire(["a"], ask);
  const second = queue.acquire(["a"], ask);
  let isReleased = false;
  const releasing = queue.release(first).then(() => {
    isReleased = true;
  });
  await second;
  expect(asked).toEqual(["acquire", "release, handed on", "acquire, goes first"]);
  expect(isReleased).toBe(false);
  endRelease();
  await releasing;
});

test("a store that does not keep order is asked for the next lock when the release is done", async () => {
  const { store, asked, endRelease } = recordingStore(false);
  const queue = queuedLocally(store);
  const first = await queue.acquire(["a"], ask);
  const second = queue.acquire(["a"], ask);
  const releasing = queue.release(first);
  await allTurns();
  expect(asked).toEqual(["acquire", "release, handed on"]);
  endRelease();
  await Promise.all([second, releasing]);
  expect(asked.at(-1)).toBe("acquire, goes first");
});

test("a series is those who were queued when it began: a caller that comes during it waits for the next series", async () => {
  const { store, asked, endRelease } = recordingStore(true);
  const queue = queuedLocally(store);
  const waiting = [queue.acquire(["a"], ask), queue.acquire(["a"], ask), queue.acquire(["a"], ask)];
  for (let turn = 0; turn < 6; turn += 1) {
    const lease = (await waiting.shift()) as Lease;
    const releasing = queue.release(lease);
    endRelease();
    await releasing;
    waiting.push(queue.acquire(["a"], ask));
  }
  const releases = asked.filter((what) => what.startsWith("release"));
  const series = ["release, handed on", "release, handed on", "release"];
  expect(releases).toEqual([...series, ...series]);
});

test("a long queue is cut: at most 16 follow before the other processes are notified", async () => {
  const { store, asked, endRelease } = recordingStore(true);
  const queue = queuedLocally(store);
  const waiting = Array.from({ length: 30 }, () => queue.acquire(["a"], ask));
  for (let turn = 0; turn < 20; turn += 1) {
    const releasing = queue.release((await waiting[turn]) as Lease);
    endRelease();
    await releasing;
  }
  const releases = asked.filter((what) => what.startsWith("release"));
  expect(releases.indexOf("release")).toBe(16);
});

test("a caller that gives up in the queue is skipped", async () => {
  const { store, endRelease } = recordingStore(true);
  const queue = queuedLocally(store);
  const first = await queue.acquire(["a"], ask);
  const impatient = queue.acquire(["a"], { ttlMs: 5_000, waitMs: 1 });
  const patient = queue.acquire(["a"], ask);
  await expect(impatient).rejects.toBeInstanceOf(LockBusy);
  void queue.release(first);
  endRelease();
  await expect(patient).resolves.toMatchObject({ resources: ["a"] });
});

test("two callers that name the same resources in opposite sequence do not wait for each other", async () => {
  const { store, endRelease } = recordingStore(true);
  const queue = queuedLocally(store);
  const [one, other] = [queue.acquire(["a", "b"], ask), queue.acquire(["b", "a"], ask)];
  void queue.release(await one);
  endRelease();
  await expect(other).resolves.toMatchObject({ resources: ["a", "b"] });
});

test("a caller that names a resource twice does not wait for itself", async () => {
  const { store } = recordingStore(true);
  const queue = queuedLocally(store);
  await expect(queue.acquire(["a", "a"], ask)).resolves.toMatchObject({ resources: ["a"] });
});

test("a holder that never releases keeps its place until its lease is over, also an extended one", async () => {
  const clock = manualClock();
  let until = 50;
  const { store, asked } = recordingStore(true, () => until - clock.now());
  const queue = queuedLocally(store, clock);
  const first = await queue.acquire(["a"], ask);
  void queue.acquire(["a"], ask);
  await clock.advance(30);
  until = 80;
  await queue.extend(first, 50);
  await clock.advance(30);
  await allTurns();
  expect(asked).toEqual(["acquire"]);
  await clock.advance(20);
  await allTurns();
  expect(asked).toEqual(["acquire", "acquire"]);
});

test("a lease that is released twice lets one in", async () => {
  const { store, asked, endRelease } = recordingStore(true);
  const queue = queuedLocally(store);
  const first = await queue.acquire(["a"], ask);
  const [second] = [queue.acquire(["a"], ask), queue.acquire(["a"], ask)];
  for (const releasing of [queue.release(first), queue.release(first)]) {
    endRelease();
    await releasing;
  }
  await second;
  await allTurns();
  expect(asked.filter((what) => what.startsWith("acquire"))).toHaveLength(2);
});
