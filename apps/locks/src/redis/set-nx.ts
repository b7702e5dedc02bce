import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "../clock.ts";
import { insist } from "../insist.ts";
import { type Lease, LeaseLost, type LeaseStore, type NodeVote } from "../lease-store.ts";
import { inLockOrder } from "../lock-order.ts";
import { ownerToken } from "../owner.ts";
import { defaultRemedy, type Remedy } from "../remedy.ts";
import { validUntil } from "../validity.ts";
import { votesOf } from "../votes.ts";
import { availabilityOfOnly, lockNode } from "./lock-node.ts";
import { wasNotSent } from "./lock-node-fault.ts";
import { type Attempt, pollUntilGranted } from "./poll-until-granted.ts";
import type { RedisClient } from "./redis-client.ts";

export interface RedisLockOptions {
  clock?: Clock;
  /** What to do about an outage, for `availability().reason`. */
  remedy?: Remedy;
  /** Names this process at the end of the owner tokens, for a lock monitor. */
  holder?: string;
}

/** There is no other node that could answer instead, so this one gets more time. */
const ANSWER_BOUND_MS = 300;

// #region excerpt
/** Several keys are set together or not at all. For one key this is `SET key owner NX PX ttl`. */
const ACQUIRE = `
for _, key in ipairs(KEYS) do
  if redis.call("EXISTS", key) == 1 then return 0 end
end
for _, key in ipairs(KEYS) do redis.call("SET", key, ARGV[1], "PX", ARGV[2]) end
return 1`;
// #endregion

const EXTEND = `
for _, key in ipairs(KEYS) do
  if redis.call("GET", key) ~= ARGV[1] then return 0 end
end
for _, key in ipairs(KEYS) do redis.call("PEXPIRE", key, ARGV[2]) end
return 1`;

// #region excerpt
/** Compares and deletes in one step: between a GET and a DEL the key could expire and be set by another client. */
const RELEASE = `
for _, key in ipairs(KEYS) do
  if redis.call("GET", key) == ARGV[1] then redis.call("DEL", key) end
end
return 1`;
// #endregion

/**
 * One key with a random owner on one Redis, released and extended by its owner alone, and valid only as long as its TTL
 * lasts by our own clock.
 * Source: https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/ ("with a single instance")
 */
export function setNx(
  redis: RedisClient,
  { clock = systemClock, remedy = defaultRemedy, holder }: RedisLockOptions = {},
): LeaseStore {
  const node = lockNode(redis);
  const run = (script: string, resources: readonly string[], ...args: (string | number)[]) =>
    redis.eval(script, resources.length, ...resources, ...args);
  /** Repeated until the node has answered or the key has expired; the caller waits for the first answer only. */
  const release = (resources: readonly string[], owner: string, leftMs: number) =>
    node.tell(() => run(RELEASE, resources, owner), node.clock.now() + leftMs).catch(() => {});
  const leaseOf = (resources: readonly string[], owner: string, askedAt: number, ttlMs: number): Lease => {
    const until = validUntil(askedAt, ttlMs);
    const votes = votesOf([{ vote: "granted", tookMs: clock.now() - askedAt }]);
    return { resources, owner, votes, remainingMs: () => until - clock.now() };
  };

  async function tryOnce(resources: readonly string[], ttlMs: number): Promise<Attempt<Lease>> {
    const owner = ownerToken(randomBytes(16).toString("hex"), holder);
    const askedAt = clock.now();
    const voted = (vote: NodeVote["vote"]) => votesOf([{ vote, tookMs: clock.now() - askedAt }]);
    try {
      const granted = await node.ask(() => run(ACQUIRE, resources, owner, ttlMs), ANSWER_BOUND_MS);
      if (granted !== 1) return { reason: "contention", votes: voted("refused") };
    } catch (cause) {
      // The answer is missing, but the key may be set. One connection keeps the order, so this is carried out after it.
      if (!wasNotSent(cause)) void release(resources, owner, ttlMs);
      return { reason: "unreachable", votes: votesOf([{ vote: "silent" }]), cause };
    }
    const lease = leaseOf(resources, owner, askedAt, ttlMs);
    if (lease.remainingMs() > 0) return { lease };
    void release(resources, owner, ttlMs);
    return { reason: "timeout", votes: voted("late") };
  }

  return {
    name: "set-nx",
    safe: true,
    about: {
      idea: "SET a key with a random value if it is not there, on one Redis; only that value's owner deletes or extends it.",
      guarantee:
        "One holder at a time as long as this one Redis keeps its memory and every holder finishes before its lease expires.",
      failureMode:
        "The node restarts empty or fails over to a replica that had not seen the key: two clients hold it. A holder that is paused past its TTL after its last check writes at the same time as the next holder.",
      cost: "One request to acquire and one to release; a refused client polls. While the node is down, no lock is granted.",
    },

    availability: () => availabilityOfOnly(node, remedy),

    acquire(resources, { ttlMs, ...wait }) {
      return pollUntilGranted(() => tryOnce(inLockOrder(resources), ttlMs), wait, clock);
    },

    async extend(held, ttlMs) {
      const { resources, owner } = held;
      let askedAt = clock.now();
      const attempt = () => {
        askedAt = clock.now();
        return node.ask(() => run(EXTEND, resources, owner, ttlMs), ANSWER_BOUND_MS);
      };
      // A closed connection is back in a moment, and the lease lasts longer than that.
      const extended = await insist(attempt, () => held.remainingMs() > 0, clock).catch((cause) => {
        throw new LeaseLost("The lock node did not answer the extension.", { cause });
      });
      if (extended !== 1) throw new LeaseLost("The lock node no longer holds this lease.");
      const lease = leaseOf(resources, owner, askedAt, ttlMs);
      if (lease.remainingMs() <= 0) throw new LeaseLost("The extension took longer than the lease is valid.");
      return lease;
    },

    release: (lease) => release(lease.resources, lease.owner, lease.remainingMs()).then(() => {}),

    ownerOf: async (resource) => (await node.ask(() => redis.get(resource), ANSWER_BOUND_MS)) ?? undefined,
  };
}
