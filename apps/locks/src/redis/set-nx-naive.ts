import { systemClock } from "../clock.ts";
import type { Lease, LeaseStore } from "../lease-store.ts";
import { inLockOrder } from "../lock-order.ts";
import { defaultRemedy } from "../remedy.ts";
import { votesOf } from "../votes.ts";
import { availabilityOfOnly, type LockNode, lockNode } from "./lock-node.ts";
import { type Attempt, pollUntilGranted } from "./poll-until-granted.ts";
import type { RedisClient } from "./redis-client.ts";
import type { RedisLockOptions } from "./set-nx.ts";

/** The same for all clients, as in the sample: nobody can tell whose lock it is. */
const VALUE = "locked";
const ANSWER_BOUND_MS = 300;

/**
 * One Redis key, as many tutorials show it: `SET key value NX PX ttl`, the work, `DEL key`. It is wrong, and is here to be
 * compared with: do not use it.
 *
 * The sample never checks whether its key is still there. A holder that outlives the TTL does not notice, writes at the
 * same time as the next holder, and then deletes that holder's key. Nothing extends the key; the lease always counts as
 * valid.
 */
export function setNxNaive(
  redis: RedisClient,
  { clock = systemClock, remedy = defaultRemedy }: RedisLockOptions = {},
): LeaseStore {
  const node = lockNode(redis);
  return {
    name: "set-nx-naive",
    safe: false,
    about: {
      idea: "SET the key if it is not there, with a TTL; do the work; DEL the key.",
      guarantee:
        "One holder at a time only as long as every holder finishes before its TTL is over and Redis loses no data.",
      failureMode:
        "A slow holder's key expires and the next client acquires the lock. The slow holder's DEL then deletes that client's lock, so a third client can acquire it, and so on.",
      cost: "One request to acquire and one to release; a refused client polls.",
    },

    availability: () => availabilityOfOnly(node, remedy),

    acquire(resources, { ttlMs, ...wait }) {
      return pollUntilGranted(() => tryOnce(node, inLockOrder(resources), ttlMs), wait, clock);
    },

    async extend(lease) {
      return lease;
    },

    // #region excerpt
    async release(lease) {
      await node.tell(() => redis.del(...lease.resources)).catch(() => {});
    },
    // #endregion

    ownerOf: async (resource) => (await node.ask(() => redis.get(resource), ANSWER_BOUND_MS)) ?? undefined,
  };
}

async function tryOnce(node: LockNode, resources: readonly string[], ttlMs: number): Promise<Attempt<Lease>> {
  const taken: string[] = [];
  try {
    // #region excerpt
    for (const resource of resources) {
      if ((await node.ask(() => node.redis.set(resource, VALUE, "PX", ttlMs, "NX"), ANSWER_BOUND_MS)) !== "OK") {
        if (taken.length > 0) await node.tell(() => node.redis.del(...taken));
        return { reason: "contention", votes: votesOf([{ vote: "refused" }]) };
      }
      taken.push(resource);
    }
    // #endregion
  } catch (cause) {
    return { reason: "unreachable", votes: votesOf([{ vote: "silent" }]), cause };
  }
  const votes = votesOf([{ vote: "granted" }]);
  return { lease: { resources, owner: VALUE, votes, remainingMs: () => Number.POSITIVE_INFINITY } };
}
