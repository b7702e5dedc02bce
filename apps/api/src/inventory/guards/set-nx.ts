import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import { type Clock, systemClock } from "../clock.ts";
import { type Lease, LeaseLost, type LeaseStore } from "../lease-store.ts";
import { availabilityOfOnly, lockNode } from "./lock-node.ts";
import { trustedUntil } from "./trust.ts";
import { type Attempt, waitForGrant } from "./wait-for-grant.ts";

/** No other node could answer in its place, so this one gets time. */
const ANSWER_BOUND_MS = 300;

/** Several keys are set together or not at all. For one key this is `SET key owner NX PX ttl`. */
const ACQUIRE = `
for _, key in ipairs(KEYS) do
  if redis.call("EXISTS", key) == 1 then return 0 end
end
for _, key in ipairs(KEYS) do redis.call("SET", key, ARGV[1], "PX", ARGV[2]) end
return 1`;

const EXTEND = `
for _, key in ipairs(KEYS) do
  if redis.call("GET", key) ~= ARGV[1] then return 0 end
end
for _, key in ipairs(KEYS) do redis.call("PEXPIRE", key, ARGV[2]) end
return 1`;

/** Compares and deletes in one step: between a GET and a DEL of our own the key could expire and become another's. */
const RELEASE = `
for _, key in ipairs(KEYS) do
  if redis.call("GET", key) == ARGV[1] then redis.call("DEL", key) end
end
return 1`;

/**
 * One key with a random owner on one Redis, released and extended by its owner alone, and trusted only while its
 * validity lasts by our own clock.
 * Source: https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/ ("with a single instance")
 */
export function setNx(redis: Redis, clock: Clock = systemClock): LeaseStore {
  const node = lockNode(redis);
  const run = (script: string, resources: readonly string[], ...args: (string | number)[]) =>
    redis.eval(script, resources.length, ...resources, ...args);
  const release = (resources: readonly string[], owner: string) =>
    node.tell(() => run(RELEASE, resources, owner)).catch(() => {});
  const leaseOf = (resources: readonly string[], owner: string, askedAt: number, ttlMs: number): Lease => {
    const until = trustedUntil(askedAt, ttlMs);
    const votes = { for: 1, against: 0, unavailable: 0 };
    return { resources, owner, votes, remainingMs: () => until - clock.now() };
  };

  async function tryOnce(resources: readonly string[], ttlMs: number): Promise<Attempt<Lease>> {
    const owner = randomBytes(16).toString("hex");
    const askedAt = clock.now();
    try {
      const granted = await node.ask(() => run(ACQUIRE, resources, owner, ttlMs), ANSWER_BOUND_MS);
      if (granted !== 1) return { reason: "contention", votes: { for: 0, against: 1, unavailable: 0 } };
    } catch (cause) {
      // The answer is missing, the key may be there. One connection keeps the order, so this comes after it.
      void release(resources, owner);
      return { reason: "unreachable", votes: { for: 0, against: 0, unavailable: 1 }, cause };
    }
    const lease = leaseOf(resources, owner, askedAt, ttlMs);
    if (lease.remainingMs() > 0) return { lease };
    void release(resources, owner);
    return { reason: "timeout", votes: { for: 1, against: 0, unavailable: 0 } };
  }

  return {
    name: "set-nx",
    safe: true,
    about: {
      idea: "SET a key with a random value if it is not there, on one Redis; only that value's owner deletes or extends it.",
      guarantee: "One holder at a time as long as this one Redis keeps its memory and nobody outlives their lease.",
      failureMode:
        "The node restarts empty or fails over to a replica that had not seen the key: two hold it. A holder paused past its TTL after its last look writes beside the next one.",
      cost: "One request to acquire and one to release; a refused buyer polls. While the node is away, nobody buys.",
    },

    availability: () => availabilityOfOnly(node),

    acquire(resources, { ttlMs, ...wait }) {
      return waitForGrant(() => tryOnce(resources, ttlMs), wait);
    },

    async extend({ resources, owner }, ttlMs) {
      const askedAt = clock.now();
      const extended = await node
        .ask(() => run(EXTEND, resources, owner, ttlMs), ANSWER_BOUND_MS)
        .catch((cause) => {
          throw new LeaseLost("The lock node did not answer the extension.", { cause });
        });
      if (extended !== 1) throw new LeaseLost("The lock node no longer holds this lease.");
      const lease = leaseOf(resources, owner, askedAt, ttlMs);
      if (lease.remainingMs() <= 0) throw new LeaseLost("The extension took longer than it was worth.");
      return lease;
    },

    async release({ resources, owner }) {
      // What cannot be freed now frees itself at the end of its TTL: nobody needs to wait for it.
      await release(resources, owner);
    },

    ownerOf: async (resource) => (await node.ask(() => redis.get(resource), ANSWER_BOUND_MS)) ?? undefined,
  };
}
