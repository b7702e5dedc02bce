import type { Redis } from "ioredis";
import { ExecutionError, type Lock } from "redlock";
import type { Votes } from "../checkpoint.ts";
import { type Clock, systemClock } from "../clock.ts";
import {
  type AcquireOptions,
  type BusyReason,
  type Lease,
  LeaseLost,
  type LeaseStore,
  LockBusy,
} from "../lease-store.ts";
import { type LockNode, lockNode } from "./lock-node.ts";
import { announcementsOf } from "./redlock/announcements.ts";
import { availabilityOfQuorum } from "./redlock/availability.ts";
import { Ballot, type Candidate } from "./redlock/ballot.ts";
import { Waiter } from "./redlock/waiter.ts";
import { trustedUntil } from "./trust.ts";

/** With no majority in sight, more waiting only makes the buyer wait: the nodes are down, not busy. */
const ATTEMPTS_WITHOUT_MAJORITY = 4;
/** After a refusal there is time to hear the healthy nodes that answer a little later than a majority. */
const STRAGGLERS_MS = 5;

interface RedlockLease extends Lease {
  readonly lock: Lock;
  readonly ballot: Ballot;
}

/**
 * Redlock over independent Redis nodes, by the npm package `redlock`.
 *
 * The package does one attempt, extension or release at a time for us. Around it we do what it leaves out: a check of the
 * remaining validity by our own clock, a deadline for each node, waiters that are woken by a release in the order in
 * which they came, and an error that says why the lock was not granted.
 * Source: https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/
 */
export function redlock(connections: readonly Redis[], clock: Clock = systemClock): LeaseStore {
  const nodes = connections.map(lockNode);
  const announcements = connections.map(announcementsOf);
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
      cost: "Five requests to acquire and five to release, answered in parallel; a release wakes the next in line. Waiting buyers hold no database connection.",
    },

    availability: () => availabilityOfQuorum(nodes, majority),

    async acquire(resources, options) {
      const waiter = new Waiter(announcements, resources);
      const attempts: Attempts = { nodes, majority, clock, resources, waiter, wasRefused: false };
      try {
        return await waitForTurn(attempts, options);
      } finally {
        waiter.stop();
      }
    },

    async extend(lease, ttlMs) {
      const { lock, ballot } = lease as RedlockLease;
      const askedAt = clock.now();
      ballot.reopen();
      // The package would look at the wall clock, which may be set; whether time is left is decided below, by ours.
      lock.expiration = Number.MAX_SAFE_INTEGER;
      try {
        const extended = leaseOf(await ballot.quorum.extend(lock, ttlMs), ballot, trustedUntil(askedAt, ttlMs), clock);
        if (extended.remainingMs() > 0) return extended;
      } catch (cause) {
        const votes = await ballot.votes();
        throw new LeaseLost("A majority of the lock nodes no longer holds this lease.", { cause, votes });
      }
      throw new LeaseLost("The extension took longer than it was worth.", { votes: await ballot.votes() });
    },

    async release(lease, { isHandedOn } = {}) {
      const { ballot, lock } = lease as RedlockLease;
      ballot.candidate.isHandedOn = isHandedOn;
      // Bounded by the nodes' deadlines. What cannot be freed now frees itself at the end of its TTL.
      await ballot.quorum.release(lock).catch(() => {});
    },

    async ownerOf(resource) {
      const read = (node: LockNode) => node.ask(() => node.redis.get(resource)).catch(() => null);
      const owners = await Promise.all(nodes.map(read));
      const isMajority = (owner: string) => owners.filter((other) => other === owner).length >= majority;
      return owners.find((owner) => owner !== null && isMajority(owner)) ?? undefined;
    },
  };
}

interface Attempts {
  nodes: readonly LockNode[];
  majority: number;
  clock: Clock;
  resources: readonly string[];
  waiter: Waiter;
  wasRefused: boolean;
}

/** Tries, and tries again when the waiter says so, until the wait is over. */
async function waitForTurn(
  attempts: Attempts,
  { ttlMs, waitMs, waitedMs = 0, goesFirst, onRefused }: AcquireOptions,
): Promise<Lease> {
  const { waiter, majority } = attempts;
  const began = performance.now();
  const leftMs = () => began + waitMs - performance.now();
  const candidate: Candidate = { id: waiter.id, waitedMs, isPolite: !goesFirst };
  waiter.overhear();
  for (let withoutMajority = 0; ; ) {
    waiter.beginTry();
    candidate.waitedMs = waitedMs + performance.now() - began;
    const attempt = await tryOnce(attempts, ttlMs, candidate);
    if ("lease" in attempt) return attempt.lease;
    const { reason, votes, cause, ballot } = attempt;
    onRefused?.(votes);
    withoutMajority = reason === "too-few-nodes" ? withoutMajority + 1 : 0;
    if (withoutMajority >= ATTEMPTS_WITHOUT_MAJORITY || leftMs() <= 0) {
      ballot.leaveLine(attempts.resources);
      throw new LockBusy(reason, votes, { cause });
    }
    attempts.wasRefused = true;
    // A release between the refusal and the subscription would have gone unheard.
    if (await waiter.listen()) continue;
    const refusal = ballot.refusal();
    const isSplit = !refusal.isDeferred && votes.against < majority;
    candidate.isPolite = !(await waiter.turn(leftMs(), { ...refusal, isSplit }));
  }
}

type Attempt = { lease: RedlockLease } | { reason: BusyReason; votes: Votes; cause?: unknown; ballot: Ballot };

async function tryOnce(
  { nodes, majority, clock, resources, wasRefused }: Attempts,
  ttlMs: number,
  candidate: Candidate,
): Promise<Attempt> {
  const ballot = new Ballot(nodes, candidate);
  const askedAt = clock.now();
  try {
    const lock = await ballot.quorum.acquire([...resources], ttlMs);
    const votes = await ballot.votes();
    const lease = leaseOf(lock, ballot, trustedUntil(askedAt, ttlMs), clock, votes);
    if (lease.remainingMs() <= 0) {
      await ballot.quorum.release(lock).catch(() => {});
      return { reason: "timeout", votes, ballot };
    }
    if (wasRefused || votes.against > 0) ballot.leaveLine(resources);
    return { lease };
  } catch (cause) {
    if (!(cause instanceof ExecutionError)) throw cause;
    const votes = await ballot.votes(STRAGGLERS_MS);
    const answers = votes.for + votes.against;
    const unavailable = nodes.length - answers;
    const reason = answers < majority ? "too-few-nodes" : "contention";
    return { reason, votes: { ...votes, unavailable }, cause, ballot };
  }
}

function leaseOf(lock: Lock, ballot: Ballot, until: number, clock: Clock, votes?: Votes): RedlockLease {
  return {
    lock,
    ballot,
    resources: lock.resources,
    owner: lock.value,
    votes,
    remainingMs: () => until - clock.now(),
  };
}
