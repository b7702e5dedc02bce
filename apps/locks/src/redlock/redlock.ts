/// <reference path="./redlock-package.d.ts" />
import type { Redis } from "ioredis";
import Redlock, { ExecutionError, type ExecutionStats, Lock, ResourceLockedError } from "redlock";
import { type Clock, sleep, systemClock, within } from "../clock.ts";
import { jittered } from "../insist.ts";
import { type Lease, LeaseLost, type LeaseStore, type NodeVote } from "../lease-store.ts";
import { inLockOrder } from "../lock-order.ts";
import { ownerToken } from "../owner.ts";
import { type LockNode, lockNode } from "../redis/lock-node.ts";
import { isAnswer, NoAnswer, wasNotSent } from "../redis/lock-node-fault.ts";
import type { RedisLockOptions } from "../redis/set-nx.ts";
import { defaultRemedy } from "../remedy.ts";
import { validUntil } from "../validity.ts";
import { votesOf } from "../votes.ts";
import { withAnswers } from "./answers.ts";
import { STRAGGLERS_MS } from "./ballot.ts";
import { availabilityOfQuorum, majorityOf, ownerOnMajority } from "./nodes.ts";
import { releaseNotificationsOf } from "./release-notifications.ts";
import { channelOf } from "./scripts.ts";
import { type Quorate, type Refused, waitForTurn } from "./wait-for-turn.ts";
import { Waiter } from "./waiter.ts";

/** The package waits for its slowest node without a bound: this one is ours, around each of its calls. */
const ANSWER_BOUND_MS = 300;
/** Before an extension is tried again whose answers are missing: about as long as a reconnect takes. */
const EXTEND_AGAIN_MS = { min: 20, max: 60 };
/** How long a process whose series of local holders is over leaves the lock to the waiters of the others. */
const YIELD_MS = { min: 2, max: 6 };

/**
 * The package generates the value of an attempt and returns it only with a granted lock. It is needed to release what an
 * unanswered node may have granted.
 */
class RedlockWithValue extends Redlock {
  lastValue = "";
  holder?: string;

  protected override _random(): string {
    this.lastValue = ownerToken(super._random(), this.holder);
    return this.lastValue;
  }
}

interface RedlockLease extends Lease {
  readonly votes: ReturnType<typeof votesOf>;
  /** The nodes that were never asked, because there was no connection. */
  readonly unasked: ReadonlySet<number>;
}

/**
 * Redlock over independent Redis nodes, by the npm package `redlock`. The package sets, extends and deletes the keys and
 * counts the votes; each addition around it says why it is needed.
 * Source: https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/
 */
export function redlock(
  connections: readonly Redis[],
  { clock = systemClock, remedy = defaultRemedy, holder }: RedisLockOptions = {},
): LeaseStore {
  const nodes = connections.map((redis) => lockNode(redis));
  const notifications = connections.map(releaseNotificationsOf);
  const quorate: Quorate = {};

  // #region excerpt
  // One attempt at a time: while the package retries by itself, it keeps the minority that it won, and is refused by it.
  // Nothing is extended automatically, because only its `using` does that: the holder extends.
  const quorum = new RedlockWithValue(connections, { retryCount: 0 });
  quorum.holder = holder;

  async function tryOnce(resources: readonly string[], ttlMs: number): Promise<{ lease: RedlockLease } | Refused> {
    const ballot = newBallot(connections.length, resources.length, clock);
    const askedAt = clock.now();
    const asked = withAnswers(connections, () => quorum.acquire([...resources], ttlMs), ballot.note);
    const owner = quorum.lastValue;
    // The validity by our own monotonic clock: the package counts by the wall clock, and returns a lock that has expired.
    const until = validUntil(askedAt, ttlMs);
    const remainingMs = () => until - clock.now();
    const lease = { resources, owner, votes: ballot.votes, unasked: ballot.unasked, remainingMs };

    const outcome = await bounded(asked);
    if (outcome instanceof Lock) {
      void outcome.attempts[0]?.then(ballot.read(connections));
      if (remainingMs() > 0) return { lease };
      void release(lease, ttlMs);
      return { votes: ballot.votes, isLate: true };
    }
    // No majority, or no answer within the bound. Anything else is a defect.
    if (!(outcome instanceof ExecutionError || outcome instanceof NoAnswer)) throw outcome;
    // The package releases a won minority once and ignores errors: if a connection closes, its node's key stays. And a node
    // without an answer may have granted it, or will. Silently: else refused waiters would wake each other without end.
    if (outcome instanceof NoAnswer || ballot.mayBeHeld()) void release(lease, ttlMs, true);
    // Somebody else holds it, or nodes are unreachable: the package throws the same error for both. The votes differ.
    if (outcome instanceof ExecutionError) {
      const stats = outcome.attempts.at(-1)?.then(ballot.read(connections));
      await within(clock, STRAGGLERS_MS, stats ?? Promise.resolve(), () => {});
    }
    return { votes: ballot.counted(), cause: outcome };
  }
  // #endregion

  /** What a call of the package comes to within our bound. Never rejects. */
  async function bounded(asked: Promise<unknown>): Promise<unknown> {
    const settled = asked.catch((error: Error) => error);
    // One more event-loop tick: the answer may already be in the socket, and this process may have been late.
    const late = () => {
      const noAnswer = () => new NoAnswer(ANSWER_BOUND_MS);
      return Promise.race([settled, new Promise((resolve) => setImmediate(resolve)).then(noAnswer)]);
    };
    return within(clock, ANSWER_BOUND_MS, settled, late);
  }

  /** The wall clock says nothing here: whether the lease is still valid is decided by our own. */
  const lockOf = ({ resources, owner }: Lease) => new Lock(quorum, [...resources], owner, [], Number.MAX_SAFE_INTEGER);

  // #region excerpt
  /**
   * Releases on all nodes and, unless `isSilent`, notifies the waiters of other processes. A node that does not answer gets
   * the release again on its next connection, for `leftMs` milliseconds: until then its key keeps everybody out.
   */
  async function release(lease: RedlockLease, leftMs: number, isSilent = false): Promise<void> {
    const { resources, owner, unasked } = lease;
    // By the nodes' clock, which goes on when the holder's is suspended.
    const untilMs = (nodes[0]?.clock.now() ?? 0) + leftMs;
    const publish = (redis: Redis) => {
      if (isSilent) return;
      for (const resource of resources) redis.publish(channelOf(resource), `${owner} `).catch(() => {});
    };
    const again = (redis: Redis) => {
      const released = redis.eval(quorum.scripts.releaseScript.value, resources.length, ...resources, owner);
      publish(redis);
      return released;
    };
    const onAnswer = (index: number, answer: unknown) => {
      if (!(answer instanceof Error) || isAnswer(answer) || unasked.has(index)) return;
      const [redis, node] = [connections[index] as Redis, nodes[index] as LockNode];
      const repeat = () => void node.tell(() => again(redis), untilMs).catch(() => {});
      node.repeatLater(answer, repeat, untilMs);
    };
    const asked = withAnswers(connections, () => quorum.release(lockOf(lease)), onAnswer);
    // After the release on the same connection, so that the notified client finds the key gone.
    for (const redis of connections) publish(redis);
    await bounded(asked);
  }
  // #endregion

  return {
    name: "redlock",
    safe: true,
    about: {
      idea: "Redlock, by the npm package redlock: set the same key with the same random value on five independent Redis nodes; a client that gets a majority holds the lock until its TTL is over.",
      guarantee:
        "One holder at a time while at most two nodes fail and every holder finishes before its lease expires. The package returns a lock without checking that it is still valid; the guard checks it after the grant, and again directly before the writes.",
      failureMode:
        "A holder that is paused after that last check, past its TTL, becomes an expired lock holder: another client has the lock, and both write.",
      cost: "Five requests to acquire and five to release for each lock, answered in parallel, and five to notify waiting clients. The package has no deadline for each node: when the votes are split and a node hangs, an attempt takes the guard's bound of 300 ms. The waiters of different replicas are served in no order. Waiting clients hold no database connection.",
    },

    // The package sends at once, and a node's commands go over one connection.
    keepsOrder: true,

    availability: () => availabilityOfQuorum(nodes, remedy),

    async acquire(unsorted, options) {
      const resources = inLockOrder(unsorted);
      // This process's series of holders is over, and there is no queue for all: let the others ask first.
      if (!options.goesFirst && (options.waitedMs ?? 0) > 1) await sleep(clock, jittered(YIELD_MS));
      const waiter = new Waiter(notifications, resources, clock);
      return waitForTurn({ waiter, clock, quorate }, options, () => tryOnce(resources, options.ttlMs));
    },

    async extend(lease, ttlMs) {
      const held = lease as RedlockLease;
      for (;;) {
        const ballot = newBallot(connections.length, held.resources.length, clock);
        const askedAt = clock.now();
        const asked = withAnswers(connections, () => quorum.extend(lockOf(held), ttlMs), ballot.note);
        const outcome = await bounded(asked);
        const until = validUntil(askedAt, ttlMs);
        const remainingMs = () => until - clock.now();
        if (outcome instanceof Lock && remainingMs() > 0) return { ...held, remainingMs } as RedlockLease;
        const votes = ballot.counted();
        if (outcome instanceof Lock)
          throw new LeaseLost("The extension took longer than the lease is valid.", { votes });
        if (!(outcome instanceof ExecutionError || outcome instanceof NoAnswer)) throw outcome;
        // A majority that refuses is an answer. Answers that are missing may come on the next connection.
        if (votes.against > connections.length - majorityOf(connections) || held.remainingMs() <= 0) {
          throw new LeaseLost("A majority of the lock nodes no longer holds this lease.", { cause: outcome, votes });
        }
        await sleep(clock, jittered(EXTEND_AGAIN_MS));
      }
    },

    release: (lease, { isHandedOn } = {}) => release(lease as RedlockLease, lease.remainingMs(), isHandedOn),

    ownerOf: (resource) => ownerOnMajority(nodes, resource),
  };
}

/** The votes of one call of the package, as the answers come. */
function newBallot(nodeCount: number, keyCount: number, clock: Clock) {
  const askedAt = clock.now();
  const votes = votesOf(Array<NodeVote>(nodeCount).fill({ vote: "silent" }));
  const unasked = new Set<number>();
  const count = () => Object.assign(votes, votesOf(votes.nodes));
  const vote = (index: number, isGranted: boolean) => {
    const tookMs = clock.now() - askedAt;
    const inTime = isGranted ? "granted" : "refused";
    votes.nodes[index] = { vote: tookMs > ANSWER_BOUND_MS ? "late" : inTime, tookMs };
    count();
  };
  return {
    votes,
    unasked,
    note(index: number, answer: unknown) {
      if (wasNotSent(answer)) unasked.add(index);
      if (!(answer instanceof Error)) vote(index, answer === keyCount);
    },
    /** Takes the package's own account for the nodes whose answer took a second command (`NOSCRIPT`). */
    read: (connections: readonly Redis[]) => (stats: ExecutionStats) => {
      for (const [index, redis] of connections.entries()) {
        if (votes.nodes[index]?.vote !== "silent") continue;
        if (stats.votesFor.has(redis)) vote(index, true);
        else if (stats.votesAgainst.get(redis) instanceof ResourceLockedError) vote(index, false);
      }
    },
    /** A node has granted it, or was asked and has not answered. */
    mayBeHeld: () => votes.nodes.some(({ vote }, index) => vote !== "refused" && !unasked.has(index)),
    /** A node that is silent until now is unavailable. */
    counted: count,
  };
}
