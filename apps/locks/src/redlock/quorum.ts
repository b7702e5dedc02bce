import type { Redis } from "ioredis";
import { type Clock, systemClock } from "../clock.ts";
import { type Lease, LeaseLost, type LeaseStore } from "../lease-store.ts";
import { inLockOrder } from "../lock-order.ts";
import { lockNode } from "../redis/lock-node.ts";
import type { RedisLockOptions } from "../redis/set-nx.ts";
import { defaultRemedy } from "../remedy.ts";
import { validUntil } from "../validity.ts";
import { Ballot } from "./ballot.ts";
import { availabilityOfQuorum, ownerOnMajority } from "./nodes.ts";
import { pipelineOf } from "./pipeline.ts";
import { releaseNotificationsOf } from "./release-notifications.ts";
import { type Attempt, type Quorate, type Refused, waitForTurn } from "./wait-for-turn.ts";
import { Waiter } from "./waiter.ts";

export { connectLockNode } from "./connect.ts";

interface QuorumLease extends Lease {
  readonly ballot: Ballot;
}

/**
 * Redlock over independent Redis nodes, all of it our own.
 *
 * The same key with the same random value on a majority of the nodes is the lock; a lease is valid only as long as its TTL,
 * by our own clock and less the drift, is not over. In addition: a deadline for each node, waiters that a release notifies
 * in the order in which they came, and an error that says why the lock was not granted.
 * Source: https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/
 */
export function quorum(
  connections: readonly Redis[],
  { clock = systemClock, remedy = defaultRemedy, holder }: RedisLockOptions = {},
): LeaseStore {
  const nodes = connections.map((redis) => lockNode(redis));
  const pipelines = connections.map(pipelineOf);
  const notifications = connections.map(releaseNotificationsOf);
  const quorate: Quorate = {};

  async function tryOnce(
    resources: readonly string[],
    ttlMs: number,
    waiter: Waiter,
    { number, command, hasWaitedMs }: Attempt,
  ): Promise<{ lease: QuorumLease } | Refused> {
    // #region excerpt
    const ballot = new Ballot(pipelines, resources, waiter.ownerOf(number), clock);
    const askedAt = clock.now();
    const asked = ballot.acquire({ command, ttlMs, waitedMs: hasWaitedMs });
    // All others wait for a client that was notified, and this event-loop tick may be a long one.
    if (number > 0) for (const pipeline of pipelines) pipeline.send();
    const isGranted = await asked;
    const lease = leaseOf(ballot, validUntil(askedAt, ttlMs), clock);
    if (isGranted && lease.remainingMs() > 0) {
      ballot.leaveQueue();
      return { lease };
    }
    // #endregion
    // The next attempt need not wait for it: commands that are sent to a node later are carried out after it.
    const withdrawn = ballot.withdraw(hasWaitedMs);
    const votes = await ballot.allVotes();
    const giveUp = () => {
      ballot.leaveQueue();
      // The caller may close its connections now: what was not sent yet must be sent before.
      return Promise.all([withdrawn, new Promise(setImmediate)]);
    };
    return { votes, isLate: isGranted, refusal: ballot.refusal(), giveUp };
  }

  return {
    name: "quorum",
    safe: true,
    about: {
      idea: "Redlock, written here: set the same key with the same random value on five independent Redis nodes; a client that gets a majority holds the lock until its TTL is over.",
      guarantee:
        "One holder at a time while at most two nodes fail and every holder finishes before its lease expires. The remaining validity is checked directly before the writes.",
      failureMode:
        "A holder that is paused after that last check, past its TTL, becomes an expired lock holder: another client has the lock, and both write.",
      cost: "Five requests to acquire and five to release, answered in parallel and batched for all locks that are requested in the same event-loop tick. A node that does not answer delays a request by one timeout at most. A release notifies the next client in the queue. Waiting clients hold no database connection.",
    },

    // A node's commands go over one connection, and the commands of a tick are carried out in the order in which they came.
    keepsOrder: true,

    availability: () => availabilityOfQuorum(nodes, remedy),

    async acquire(unsorted, options) {
      const resources = inLockOrder(unsorted);
      const waiter = new Waiter(notifications, resources, clock, holder);
      return waitForTurn({ waiter, clock, quorate }, options, (attempt) =>
        tryOnce(resources, options.ttlMs, waiter, attempt),
      );
    },

    async extend(lease, ttlMs) {
      const { ballot } = lease as QuorumLease;
      const askedAt = await ballot.extend(ttlMs, () => lease.remainingMs() > 0);
      if (askedAt === undefined) {
        const votes = await ballot.allVotes();
        throw new LeaseLost("A majority of the lock nodes no longer holds this lease.", { votes });
      }
      const extended = leaseOf(ballot, validUntil(askedAt, ttlMs), clock);
      if (extended.remainingMs() > 0) return extended;
      throw new LeaseLost("The extension took longer than the lease is valid.", { votes: await ballot.allVotes() });
    },

    // Bounded by the nodes' deadlines; repeated in the background until every node has answered or its key has expired.
    release: (lease, { isHandedOn } = {}) => (lease as QuorumLease).ballot.release(isHandedOn),

    ownerOf: (resource) => ownerOnMajority(nodes, resource),
  };
}

const leaseOf = (ballot: Ballot, until: number, clock: Clock): QuorumLease => ({
  ballot,
  resources: ballot.resources,
  owner: ballot.owner,
  votes: ballot.votes,
  remainingMs: () => until - clock.now(),
});
