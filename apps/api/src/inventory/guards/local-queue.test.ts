import { expect, test } from "vitest";
import { type Lease, type LeaseStore, LockBusy, type ReleaseOptions } from "../lease-store.ts";
import { queuedLocally } from "./local-queue.ts";

const ask = { ttlMs: 5_000, waitMs: 5_000 };

/** A store for one process: it grants at once, ends a release when told to, and writes down what it was asked. */
function recordingStore(keepsOrder: boolean) {
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
      return { resources, owner: "", remainingMs: () => 1_000 };
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

test("a series is those who stood in line when it began: whoever comes during it waits for the next one", async () => {
  const { store, asked, endRelease } = recordingStore(true);
  const queue = queuedLocally(store);
  const line = [queue.acquire(["a"], ask), queue.acquire(["a"], ask), queue.acquire(["a"], ask)];
  for (let turn = 0; turn < 6; turn += 1) {
    const lease = (await line.shift()) as Lease;
    const releasing = queue.release(lease);
    endRelease();
    await releasing;
    line.push(queue.acquire(["a"], ask));
  }
  const releases = asked.filter((what) => what.startsWith("release"));
  const series = ["release, handed on", "release, handed on", "release"];
  expect(releases).toEqual([...series, ...series]);
});

test("a long line is cut: at most 16 follow before the others are called", async () => {
  const { store, asked, endRelease } = recordingStore(true);
  const queue = queuedLocally(store);
  const line = Array.from({ length: 30 }, () => queue.acquire(["a"], ask));
  for (let turn = 0; turn < 20; turn += 1) {
    const releasing = queue.release((await line[turn]) as Lease);
    endRelease();
    await releasing;
  }
  const releases = asked.filter((what) => what.startsWith("release"));
  expect(releases.indexOf("release")).toBe(16);
});

test("whoever gives up in line is passed over", async () => {
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
