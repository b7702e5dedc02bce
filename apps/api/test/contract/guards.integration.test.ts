import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createRecorder, type HistoryEvent, judge } from "@last-unit/checker";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { noCheckpoint } from "../../src/inventory/checkpoint.ts";
import type { Clock } from "../../src/inventory/clock.ts";
import { holdLease } from "../../src/inventory/hold-lease.ts";
import { type Lease, LeaseLost, type LeaseStore, LockBusy } from "../../src/inventory/lease-store.ts";
import { suspendableClock } from "../../src/inventory/suspendable-clock.ts";
import { act, eventually } from "../system.ts";
import { type Opened, type Property, subjects } from "./guard-subjects.ts";

const ask = { ttlMs: 5_000, waitMs: 500 };
const patient = { ttlMs: 5_000, waitMs: 60_000 };
const key = () => `lock:contract:${randomUUID()}`;

describe.each(subjects)("$name", (subject) => {
  if (subject.missing) {
    console.warn(`${subject.name} is not tested: ${subject.missing}`);
    test.skip(`skipped: ${subject.missing}`, () => {});
    return;
  }
  const opened: Opened[] = [];
  const harmed = new Map<string, "start" | "resume">();
  const open = async (clock?: Clock) => {
    const instance = await subject.open(clock);
    opened.push(instance);
    return instance.store;
  };
  async function harm(how: "stop" | "pause", services: readonly string[]) {
    for (const service of services) {
      harmed.set(service, how === "stop" ? "start" : "resume");
      await act(how, service);
    }
  }
  async function heal() {
    for (const [service, remedy] of harmed) await act(remedy, service);
    harmed.clear();
  }
  const isWell = () =>
    eventually(
      async () => {
        const instance = await subject.open();
        try {
          return (await instance.store.availability()).available;
        } finally {
          await instance.close();
        }
      },
      `${subject.name} is available`,
      60_000,
    );
  /** With the property: `holds` must pass. Declared to lack it: it must fail, or the declaration is wrong. */
  const contract = (property: Property, title: string, holds: () => Promise<void>, timeoutMs = 60_000) => {
    const weakness = subject.weaknesses[property];
    test(
      weakness ? `declared weakness, ${property}: ${weakness}` : title,
      async () => {
        if (!weakness) return holds();
        await expect(holds(), "the declared weakness does not show").rejects.toThrow();
      },
      timeoutMs,
    );
  };

  beforeAll(isWell, 90_000);
  afterEach(async () => {
    const needsTime = harmed.size > 0;
    await heal();
    for (const instance of opened.splice(0)) await instance.close();
    if (needsTime) await isWell();
  }, 120_000);

  test("12 contenders of three instances: never two inside, and everybody has a turn", async () => {
    const instances = await Promise.all([open(), open(), open()]);
    const resource = key();
    const history: HistoryEvent[] = [];
    const recorder = createRecorder((event) => history.push(event));
    const value = { lock: resource, ttlNs: patient.ttlMs * 1e6 };
    let inside = 0;
    let most = 0;
    let served = 0;
    await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const store = instances[index % 3] as LeaseStore;
        const granted = recorder.invoke(index, "acquire", value);
        const lease = await store.acquire([resource], patient);
        const token = lease.fencingTokens?.get(resource);
        granted("ok", { ...value, ...(token !== undefined && { token: Number(token) }) });
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        served += 1;
        const released = recorder.invoke(index, "release", { lock: resource });
        await store.release(lease);
        released("ok", { lock: resource });
      }),
    );
    expect({ most, served }).toEqual({ most: 1, served: 12 });
    expect(judge(history, { model: "mutex" }).verdict).toBe("linearizable");
  });

  test("while one holds it, another waits no longer than it wanted, and is refused for contention", async () => {
    const [holder, other] = await Promise.all([open(), open()]);
    const resource = key();
    const lease = await holder.acquire([resource], ask);
    const began = performance.now();
    await expect(other.acquire([resource], ask)).rejects.toMatchObject({ name: "LockBusy", reason: "contention" });
    expect(performance.now() - began).toBeLessThan(3_000);
    await holder.release(lease);
    await other.release(await other.acquire([resource], patient));
  });

  contract("owner-only release", "a lease that is no longer the owner's frees nobody else's", async () => {
    const [holder, other, third] = await Promise.all([open(), open(), open()]);
    const resource = key();
    const old = await holder.acquire([resource], ask);
    await holder.release(old);
    const current = await other.acquire([resource], patient);
    await holder.release(old);
    const refused = await third.acquire([resource], ask).catch((error: unknown) => error);
    await other.release(current);
    expect(refused).toBeInstanceOf(LockBusy);
  });

  test("the lease of a holder that vanished runs out, and the next one gets it", async () => {
    const clock = suspendableClock();
    const [holder, other] = await Promise.all([open(clock), open()]);
    const resource = key();
    await holder.acquire([resource], { ttlMs: 1_000, waitMs: 1_000 });
    clock.suspend();
    const next = await other.acquire([resource], { ttlMs: 5_000, waitMs: subject.vanishedWithinMs });
    expect(next.remainingMs()).toBeGreaterThan(0);
    await other.release(next);
  });

  contract("extension", "an extended lease keeps others out beyond its first TTL", async () => {
    const [holder, other] = await Promise.all([open(), open()]);
    const resource = key();
    const lease = await holder.acquire([resource], { ttlMs: 600, waitMs: 1_000 });
    const extended = await holder.extend(lease, 5_000);
    await sleep(900);
    const refused = await other.acquire([resource], { ttlMs: 5_000, waitMs: 300 }).catch((error: unknown) => error);
    await holder.release(extended);
    expect(refused).toBeInstanceOf(LockBusy);
  });

  contract(
    "loss signal",
    "a holder is told when its lease ends under it",
    async () => {
      const [holder, resource] = [await open(), key()];
      const settings = { lockTtlMs: 1_500, lockWaitMs: 2_000 };
      const holding = holdLease(holder, [resource], settings, noCheckpoint, async ({ signal }) => {
        // Not one of its services answers any more: nobody can say that the lease still stands.
        await harm("pause", subject.services);
        const told = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
        await Promise.race([told, sleep(8_000)]);
        return "never told";
      });
      const outcome = await holding.catch((error: unknown) => error);
      await heal();
      expect(outcome).toBeInstanceOf(LeaseLost);
    },
    90_000,
  );

  contract("wake-up", "a waiter is woken by the release, and does not sleep until it polls again", async () => {
    const [holder, other] = await Promise.all([open(), open()]);
    const handOvers: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      const resource = key();
      const lease = await holder.acquire([resource], patient);
      let releasedAt = 0;
      const waiting = other.acquire([resource], patient).then((next) => {
        handOvers.push(performance.now() - releasedAt);
        return other.release(next);
      });
      // Long enough to be asleep, and at any phase of a poller's sleep.
      await sleep(150 + Math.random() * 80);
      releasedAt = performance.now();
      await holder.release(lease);
      await waiting;
    }
    // A cycle alone is what a hand-over costs without any sleep, on this machine at this moment.
    const cycles: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const began = performance.now();
      await other.release(await other.acquire([key()], ask));
      cycles.push(performance.now() - began);
    }
    expect(median(handOvers)).toBeLessThan(2 * median(cycles) + 5);
  });

  test("its services gone: a bounded refusal that says so, and the reason with its remedy; back: granted", async () => {
    const store = await open();
    await store.release(await store.acquire([key()], patient));
    await harm("stop", subject.tooMany);
    const began = performance.now();
    const refused = await store.acquire([key()], { ttlMs: 5_000, waitMs: 2_000 }).catch((error: unknown) => error);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(refused).toMatchObject({ name: "LockBusy", reason: expect.stringMatching(/unreachable|too-few-nodes/) });
    expect(await store.availability()).toMatchObject({ available: false, reason: expect.stringMatching(/npm run/) });
    await heal();
    await eventually(async () => (await store.availability()).available, "available again", 60_000);
    await store.release(await store.acquire([key()], patient));
  }, 120_000);

  test("its services hang: a bounded refusal; awake again: granted", async () => {
    const store = await open();
    await store.release(await store.acquire([key()], patient));
    await harm("pause", subject.tooMany);
    const began = performance.now();
    const refused = await store.acquire([key()], { ttlMs: 5_000, waitMs: 2_000 }).catch((error: unknown) => error);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(refused).toBeInstanceOf(LockBusy);
    const askedAt = performance.now();
    expect((await store.availability()).available).toBe(false);
    expect(performance.now() - askedAt).toBeLessThan(2_000);
    await heal();
    await eventually(async () => (await store.availability()).available, "available again", 60_000);
    await store.release(await store.acquire([key()], patient));
  }, 120_000);

  contract(
    "survives a minority",
    "one of its services gone: granted as before",
    async () => {
      const store = await open();
      await store.release(await store.acquire([key()], patient));
      await harm("stop", subject.services.slice(0, 1));
      await store.release(await store.acquire([key()], { ttlMs: 5_000, waitMs: 10_000 }));
    },
    90_000,
  );

  contract(
    "fencing tokens",
    "fencing tokens grow, over a restart of each of its services",
    async () => {
      const resource = key();
      const tokens: bigint[] = [];
      const grant = async () => {
        const store = await open();
        const lease = await store.acquire([resource], patient);
        tokens.push(tokenOf(lease, resource));
        await store.release(lease);
      };
      await grant();
      await grant();
      for (const service of subject.services) {
        await harm("stop", [service]);
        await heal();
        await isWell();
        await grant();
      }
      expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => (a < b ? -1 : 1)));
    },
    180_000,
  );
});

function tokenOf({ fencingTokens }: Lease, resource: string): bigint {
  const token = fencingTokens?.get(resource);
  if (token === undefined) throw new Error("The lease carries no fencing token.");
  return token;
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
