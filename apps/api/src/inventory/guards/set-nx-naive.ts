import type { Redis } from "ioredis";
import type { Lease, LeaseStore } from "../lease-store.ts";
import { availabilityOfOnly, type LockNode, lockNode } from "./lock-node.ts";
import { type Attempt, waitForGrant } from "./wait-for-grant.ts";

/** The same for everybody, as in the sample: whose lock it is cannot be told. */
const VALUE = "locked";
const ANSWER_BOUND_MS = 300;

/**
 * One Redis key, as many a text shows it: `SET key value NX PX ttl`, the work, `DEL key`. It is here to be caught.
 *
 * The sample never looks whether its key is still there, so a holder that outlives the TTL does not notice, sells beside
 * the next holder, and then deletes that one's key. Nothing extends the key, and the lease counts as trusted for ever.
 */
export function setNxNaive(redis: Redis): LeaseStore {
  const node = lockNode(redis);
  return {
    name: "set-nx-naive",
    safe: false,
    about: {
      idea: "SET the key if it is not there, with a TTL; do the work; DEL the key.",
      guarantee:
        "One holder at a time only as long as every holder is done before its TTL is over and Redis forgets nothing.",
      failureMode:
        "A slow holder's key expires, the next buyer comes in, and the slow one's DEL frees the next one's lock: from then on each release lets one more in.",
      cost: "One request to acquire and one to release; a refused buyer polls.",
    },

    availability: () => availabilityOfOnly(node),

    acquire(resources, { ttlMs, ...wait }) {
      return waitForGrant(() => tryOnce(node, resources, ttlMs), wait);
    },

    async extend(lease) {
      return lease;
    },

    async release(lease) {
      await node.tell(() => redis.del(...lease.resources)).catch(() => {});
    },

    ownerOf: async (resource) => (await node.ask(() => redis.get(resource), ANSWER_BOUND_MS)) ?? undefined,
  };
}

async function tryOnce(node: LockNode, resources: readonly string[], ttlMs: number): Promise<Attempt<Lease>> {
  const taken: string[] = [];
  try {
    for (const resource of resources) {
      if ((await node.ask(() => node.redis.set(resource, VALUE, "PX", ttlMs, "NX"), ANSWER_BOUND_MS)) !== "OK") {
        if (taken.length > 0) await node.tell(() => node.redis.del(...taken));
        return { reason: "contention", votes: { for: 0, against: 1, unavailable: 0 } };
      }
      taken.push(resource);
    }
  } catch (cause) {
    return { reason: "unreachable", votes: { for: 0, against: 0, unavailable: 1 }, cause };
  }
  const votes = { for: 1, against: 0, unavailable: 0 };
  return { lease: { resources, owner: VALUE, votes, remainingMs: () => Number.POSITIVE_INFINITY } };
}
