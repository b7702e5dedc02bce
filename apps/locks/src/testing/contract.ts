import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import { holdLease } from "../hold-lease.ts";
import { type Lease, LeaseLost, type LeaseStore, LockBusy } from "../lease-store.ts";
import { suspendableClock } from "../suspendable-clock.ts";
import type { ContractSubject, HistoryRecorder, OpenedStore, Property, TestFunctions } from "./contract-subject.ts";

const ask = { ttlMs: 5_000, waitMs: 500 };
const patient = { ttlMs: 5_000, waitMs: 60_000 };
/** A release and an acquire take some milliseconds; the rest is for a busy machine. */
const WOKEN_WITHIN_MS = 2_000;
const key = () => `lock:contract:${randomUUID()}`;

/**
 * The contract of `LeaseStore`, as a vitest suite for one store.
 * @param newRecorder records the acquires and releases of the contention test, where a checker is at hand
 */
export function leaseStoreContract(
  { afterEach, beforeAll, describe, expect, test }: TestFunctions,
  subject: ContractSubject,
  newRecorder?: () => HistoryRecorder,
): void {
  describe(subject.name, () => {
    if (subject.missing) {
      console.warn(`${subject.name} is not tested: ${subject.missing}`);
      test.skip(`skipped: ${subject.missing}`, () => {});
      return;
    }
    const opened: OpenedStore[] = [];
    const act = subject.act ?? (async () => {});
    const testWithFaults = subject.act ? test : test.skip;
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
      const run = needsFaults.has(property) ? testWithFaults : test;
      run(
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

    test("12 clients of three instances: never two inside, and everybody has a turn", async () => {
      const instances = await Promise.all([open(), open(), open()]);
      const resource = key();
      const recorder = newRecorder?.();
      const value = { lock: resource, ttlNs: patient.ttlMs * 1e6 };
      let inside = 0;
      let most = 0;
      let served = 0;
      await Promise.all(
        Array.from({ length: 12 }, async (_, index) => {
          const store = instances[index % 3] as LeaseStore;
          const granted = recorder?.invoke(index, "acquire", value);
          const lease = await store.acquire([resource], patient);
          const token = lease.fencingTokens?.get(resource);
          granted?.("ok", { ...value, ...(token !== undefined && { token: Number(token) }) });
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
          served += 1;
          const released = recorder?.invoke(index, "release", { lock: resource });
          await store.release(lease);
          released?.("ok", { lock: resource });
        }),
      );
      expect({ most, served }).toEqual({ most: 1, served: 12 });
      recorder?.check();
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

    test("two clients that name the same resources in opposite sequence do not wait for each other", async () => {
      const [one, other] = await Promise.all([open(), open()]);
      const [x, y] = [key(), key()];
      let inside = 0;
      let most = 0;
      const takeBoth = async (store: LeaseStore, resources: readonly string[]) => {
        const lease = await store.acquire(resources, { ttlMs: 5_000, waitMs: 5_000 });
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        await store.release(lease);
      };
      await Promise.all([takeBoth(one, [x, y]), takeBoth(other, [y, x])]);
      expect(most).toBe(1);
    });

    test("a resource that is named twice is taken once, and is free after one release", async () => {
      const [store, other] = await Promise.all([open(), open()]);
      const resource = key();
      await store.release(await store.acquire([resource, resource], ask));
      await other.release(await other.acquire([resource], ask));
    });

    test("an empty name is an error of its own, and dots are a name like another", async () => {
      const store = await open();
      await expect(store.acquire([""], ask)).rejects.toBeInstanceOf(RangeError);
      for (const resource of [".", ".."]) await store.release(await store.acquire([resource], patient));
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

    test("a holder whose work never ends keeps others out up to its ceiling only", async () => {
      const [holder, other] = await Promise.all([open(), open()]);
      const resource = key();
      await new Promise<void>((isInside) => {
        const settings = { lockTtlMs: 300, lockWaitMs: 2_000 };
        void holdLease(holder, [resource], settings, () => new Promise(() => isInside()));
      });
      await other.release(await other.acquire([resource], { ttlMs: 5_000, waitMs: 30_000 }));
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
        const holding = holdLease(holder, [resource], settings, async ({ signal }) => {
          // None of its services answers any more: nobody can say that the lease is still valid.
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

    contract("wake-up", "a waiter is woken by the release: no timer of its own has to fire", async () => {
      const clock = suspendableClock();
      const [holder, other] = await Promise.all([open(), open(clock)]);
      for (let round = 0; round < 5; round += 1) {
        const resource = key();
        const lease = await holder.acquire([resource], patient);
        let released: Promise<void> | undefined;
        const onRefused = () => {
          // From now on a poller sleeps for ever.
          clock.suspend();
          released ??= holder.release(lease);
        };
        const waiting = other.acquire([resource], { ...patient, onRefused });
        const isWoken = await Promise.race([waiting.then(() => true), sleep(WOKEN_WITHIN_MS, false)]);
        clock.resume();
        await other.release(await waiting);
        await released;
        expect(isWoken).toBe(true);
      }
    });

    testWithFaults(
      "its services gone: a bounded refusal that says so, and the reason with its remedy; back: granted",
      async () => {
        const store = await open();
        await store.release(await store.acquire([key()], patient));
        await harm("stop", subject.tooMany);
        const began = performance.now();
        const refused = await store.acquire([key()], { ttlMs: 5_000, waitMs: 2_000 }).catch((error: unknown) => error);
        expect(performance.now() - began).toBeLessThan(10_000);
        expect(refused).toMatchObject({ name: "LockBusy", reason: expect.stringMatching(/unreachable|too-few-nodes/) });
        expect(await store.availability()).toMatchObject({
          available: false,
          reason: expect.stringMatching(subject.reason ?? /./),
        });
        await heal();
        await eventually(async () => (await store.availability()).available, "available again", 60_000);
        await store.release(await store.acquire([key()], patient));
      },
      120_000,
    );

    testWithFaults(
      "its services hang: a bounded refusal; awake again: granted",
      async () => {
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
      },
      120_000,
    );

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
}

function tokenOf({ fencingTokens }: Lease, resource: string): bigint {
  const token = fencingTokens?.get(resource);
  if (token === undefined) throw new Error("The lease carries no fencing token.");
  return token;
}

const needsFaults = new Set<Property>(["loss signal", "survives a minority", "fencing tokens"]);

/** Asks until the answer is there; fails after a bound. */
async function eventually(ask: () => Promise<boolean>, what: string, boundMs: number): Promise<void> {
  const deadline = performance.now() + boundMs;
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${boundMs} ms`);
    await sleep(50);
  }
}
