import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import Redlock, { ExecutionError, type ExecutionStats, type Lock, ResourceLockedError } from "redlock";
import type { Votes } from "../checkpoint.ts";
import { type Clock, systemClock } from "../clock.ts";
import { type Lease, LeaseLost, type LeaseStore } from "../lease-store.ts";
import { trustedUntil } from "./trust.ts";
import { type Attempt, waitForGrant } from "./wait-for-grant.ts";

const RELEASE_BOUND_MS = 500;

interface RedlockLease extends Lease {
  readonly lock: Lock;
}

/**
 * Redlock over independent Redis nodes, by the npm package `redlock`.
 *
 * The package does one attempt at a time for us. Around it we do what it leaves out: the check of the remaining validity,
 * a retry that first frees the minority it won, and an error that says why the lock was not granted.
 * Source: https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/
 */
export function redlock(nodes: readonly Redis[], clock: Clock = systemClock): LeaseStore {
  // One attempt a call: the package keeps a minority while it retries by itself, and is then refused by its own keys.
  const quorum = new Redlock(nodes, { retryCount: 0 });
  const majority = Math.floor(nodes.length / 2) + 1;

  return {
    name: "redlock",
    safe: true,
    about: {
      idea: "Set the same key with the same random value on five independent Redis nodes; whoever gets a majority holds the lock until its TTL.",
      guarantee:
        "One holder at a time while at most two nodes fail and nobody outlives their lease. The remaining validity is checked before the commit.",
      failureMode:
        "A holder that is paused after that last check, past its TTL, wakes up as a zombie: another has the lock, and both write.",
      cost: "Five requests to acquire and five to release, answered in parallel; waiting buyers hold no database connection.",
    },

    async availability() {
      const pings = await Promise.allSettled(nodes.map((node) => node.ping()));
      const answering = pings.filter(({ status }) => status === "fulfilled").length;
      if (answering >= majority) return { available: true };
      const reason = `${answering} of ${nodes.length} lock nodes answer, and ${majority} are needed. Type: npm run service -- start redis-1`;
      return { available: false, reason };
    },

    acquire(resources, { ttlMs, ...wait }) {
      return waitForGrant(() => tryOnce(quorum, majority, resources, ttlMs, clock), wait);
    },

    async extend(lease, ttlMs) {
      const { lock } = lease as RedlockLease;
      const began = clock.now();
      try {
        const extended = leaseOf(await quorum.extend(lock, ttlMs), began, ttlMs, clock);
        if (extended.remainingMs() > 0) return extended;
      } catch (error) {
        throw new LeaseLost("A majority of the lock nodes no longer holds this lease.", { cause: error });
      }
      throw new LeaseLost("The extension took longer than it was worth.");
    },

    async release(lease) {
      // Whatever cannot be freed now frees itself at the end of its TTL: nobody needs to wait for it.
      await Promise.race([
        quorum.release((lease as RedlockLease).lock).catch(() => {}),
        sleep(RELEASE_BOUND_MS, undefined, { ref: false }),
      ]);
    },

    async ownerOf(resource) {
      const values = await Promise.all(nodes.map((node) => node.get(resource).catch(() => null)));
      return (
        values.find((owner) => owner !== null && values.filter((other) => other === owner).length >= majority) ??
        undefined
      );
    },
  };
}

async function tryOnce(
  quorum: Redlock,
  majority: number,
  resources: readonly string[],
  ttlMs: number,
  clock: Clock,
): Promise<Attempt<RedlockLease>> {
  const began = clock.now();
  try {
    const lock = await quorum.acquire([...resources], ttlMs);
    const lease = leaseOf(lock, began, ttlMs, clock, await countSoFar(lock.attempts, majority));
    if (lease.remainingMs() > 0) return { lease };
    await quorum.release(lock).catch(() => {});
    return { reason: "timeout", votes: await count(lock.attempts) };
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    const votes = await count(error.attempts);
    const reason = votes.for + votes.against < majority ? "too-few-nodes" : "contention";
    return { reason, votes, cause: error };
  }
}

function leaseOf(lock: Lock, beganMs: number, ttlMs: number, clock: Clock, votes?: Votes): RedlockLease {
  const until = trustedUntil(beganMs, ttlMs);
  return {
    lock,
    resources: lock.resources,
    owner: lock.value,
    votes,
    remainingMs: () => until - clock.now(),
  };
}

async function count(attempts: readonly Promise<ExecutionStats>[]): Promise<Votes> {
  const stats = await attempts.at(-1);
  return stats ? tally(stats) : { for: 0, against: 0, unavailable: 0 };
}

/** All votes, if the last ones come within a few turns of the event loop; else the majority that granted the lock. */
async function countSoFar(attempts: readonly Promise<ExecutionStats>[], majority: number): Promise<Votes> {
  let all: ExecutionStats | undefined;
  void attempts.at(-1)?.then((stats) => {
    all = stats;
  });
  for (let turn = 0; turn < 5 && !all; turn += 1) await nextTurn();
  return all ? tally(all) : { for: majority, against: 0, unavailable: 0 };
}

function tally({ votesFor, votesAgainst }: ExecutionStats): Votes {
  const against = [...votesAgainst.values()].filter((error) => error instanceof ResourceLockedError).length;
  return { for: votesFor.size, against, unavailable: votesAgainst.size - against };
}
