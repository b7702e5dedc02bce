import { setImmediate as nextTurn } from "node:timers/promises";
import type { Redis } from "ioredis";
import { type Clock, systemClock } from "../clock.ts";
import { type AcquireOptions, type Lease, LeaseLost, type LeaseStore, LockBusy } from "../lease-store.ts";
import { type LockNode, lockNode } from "./lock-node.ts";
import { announcementsOf } from "./redlock/announcements.ts";
import { availabilityOfQuorum } from "./redlock/availability.ts";
import { Ballot } from "./redlock/ballot.ts";
import { type NodeTurns, nodeTurns } from "./redlock/node-turns.ts";
import type { Acquire } from "./redlock/scripts.ts";
import { Waiter } from "./redlock/waiter.ts";
import { trustedUntil } from "./trust.ts";

/** With no majority in sight, more waiting only makes the buyer wait: the nodes are down, not busy. */
const ATTEMPTS_WITHOUT_MAJORITY = 4;

interface RedlockLease extends Lease {
  readonly ballot: Ballot;
}

/**
 * Redlock over independent Redis nodes.
 *
 * The same key with the same random value on a majority of the nodes is the lock; a lease counts only while its time, by
 * our own clock and less the drift, is left. Around it stand a deadline for each node, waiters that are woken by a
 * release in the order in which they came, and an error that says why the lock was not granted.
 * Source: https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/
 */
export function redlock(connections: readonly Redis[], clock: Clock = systemClock): LeaseStore {
  const nodes = connections.map(lockNode);
  const turns = nodes.map(nodeTurns);
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
      cost: "Five requests to acquire and five to release, answered in parallel and shared by all locks of the same moment; a release wakes the next in line. Waiting buyers hold no database connection.",
    },

    // A node's commands go over one connection, and a turn's commands are done in the order in which they came.
    keepsOrder: true,

    availability: () => availabilityOfQuorum(nodes, majority),

    async acquire(resources, options) {
      const waiter = new Waiter(announcements, resources);
      try {
        return await waitForTurn({ turns, majority, clock, resources, waiter }, options);
      } finally {
        waiter.stop();
      }
    },

    async extend(lease, ttlMs) {
      const { ballot } = lease as RedlockLease;
      const askedAt = clock.now();
      if (!(await ballot.extend(ttlMs))) {
        const votes = await ballot.allVotes();
        throw new LeaseLost("A majority of the lock nodes no longer holds this lease.", { votes });
      }
      const extended = leaseOf(ballot, trustedUntil(askedAt, ttlMs), clock);
      if (extended.remainingMs() > 0) return extended;
      throw new LeaseLost("The extension took longer than it was worth.", { votes: await ballot.allVotes() });
    },

    // Bounded by the nodes' deadlines.
    release: (lease, { isHandedOn } = {}) => (lease as RedlockLease).ballot.release(isHandedOn),

    async ownerOf(resource) {
      const read = (node: LockNode) => node.ask(() => node.redis.get(resource)).catch(() => null);
      const owners = await Promise.all(nodes.map(read));
      const isMajority = (owner: string) => owners.filter((other) => other === owner).length >= majority;
      return owners.find((owner) => owner !== null && isMajority(owner)) ?? undefined;
    },
  };
}

interface Attempts {
  turns: readonly NodeTurns[];
  majority: number;
  clock: Clock;
  resources: readonly string[];
  waiter: Waiter;
}

/** Tries, and tries again when the waiter says so, until the wait is over. */
async function waitForTurn(
  { turns, majority, clock, resources, waiter }: Attempts,
  { ttlMs, waitMs, waitedMs = 0, goesFirst, onRefused }: AcquireOptions,
): Promise<Lease> {
  const began = performance.now();
  const leftMs = () => began + waitMs - performance.now();
  let command: Acquire = goesFirst ? "acquire-first" : "acquire";
  if (!goesFirst) waiter.overhear();
  for (let attempt = 0, withoutMajority = 0; ; attempt += 1) {
    waiter.beginTry();
    const ballot = new Ballot(turns, resources, waiter.ownerOf(attempt));
    const askedAt = clock.now();
    const hasWaitedMs = waitedMs + performance.now() - began;
    const asked = ballot.acquire({ command, ttlMs, waitedMs: hasWaitedMs });
    // Whoever was called is waited for by everybody, and this turn of the event loop may be a long one.
    if (attempt > 0) for (const node of turns) node.send();
    const isGranted = await asked;
    const lease = leaseOf(ballot, trustedUntil(askedAt, ttlMs), clock);
    if (isGranted && lease.remainingMs() > 0) {
      ballot.leaveLine();
      return lease;
    }
    // The next try need not wait for it: what is asked of a node later is done after it.
    const withdrawn = ballot.withdraw(hasWaitedMs);
    const votes = await ballot.allVotes();
    const isQuorate = votes.for + votes.against >= majority;
    onRefused?.(votes);
    withoutMajority = isQuorate ? 0 : withoutMajority + 1;
    if (withoutMajority >= ATTEMPTS_WITHOUT_MAJORITY || leftMs() <= 0) {
      ballot.leaveLine();
      // Whoever gives up may end its connections now, and must leave nothing behind that was not even sent.
      await Promise.all([withdrawn, nextTurn()]);
      throw new LockBusy(isGranted ? "timeout" : isQuorate ? "contention" : "too-few-nodes", votes);
    }
    // A release between the refusal and the subscription would have gone unheard.
    if (await waiter.listen()) {
      command = "acquire";
      continue;
    }
    const refusal = ballot.refusal();
    const isSplit = !refusal.isDeferred && votes.against < majority;
    command = await waiter.turn(leftMs(), { ...refusal, isSplit });
  }
}

const leaseOf = (ballot: Ballot, until: number, clock: Clock): RedlockLease => ({
  ballot,
  resources: ballot.resources,
  owner: ballot.owner,
  votes: ballot.votes,
  remainingMs: () => until - clock.now(),
});
