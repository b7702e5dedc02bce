import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Lease, LeaseLost, type LeaseStore, LockBusy } from "../lease-store.ts";
import type { About } from "../strategy.ts";
import { isError } from "./zookeeper/client.ts";
import type { ZooKeeperConnection } from "./zookeeper/connection.ts";
import { unusedParents } from "./zookeeper/parents.ts";
import {
  isOwn,
  leaveLine,
  ownerOfFirst,
  type Place,
  pathOf,
  reachTheHead,
  standInLine,
} from "./zookeeper/place-in-line.ts";
import type { ZooKeeperSession } from "./zookeeper/session.ts";

/** A first connection takes a moment even if nobody is willing to wait for a lock. */
const LEAST_CONNECT_MS = 500;
const AVAILABILITY_BOUND_MS = 900;
const RELEASE_BOUND_MS = 500;

export const zookeeperAbout: About = {
  idea: "Every buyer queues with an ephemeral sequential znode. The lowest number holds the lock; everybody else watches only the one before.",
  guarantee:
    "One holder at a time, served in the order of arrival. When a holder's session ends, the ensemble removes its znode and the next in line enters.",
  failureMode:
    "A holder that is paused longer than its session wakes up as a zombie: the ensemble has let the next one in, and both write.",
  cost: "One write that a majority of the ensemble stores on disk to queue, one to leave, and two reads between them; waiting takes no polling.",
};

const NO_MAJORITY =
  "No majority of the ZooKeeper servers answers. Type: npm run service -- start zookeeper-1, and npm run service -- list";

interface ZooKeeperLease extends Lease {
  readonly session: ZooKeeperSession;
  readonly places: readonly Place[];
  stopListening(): void;
}

/**
 * The lock recipe of ZooKeeper: each contender stands in line with an ephemeral sequential znode, and the first holds the
 * lock. A resource's fencing token is the `czxid` of the holder's znode: the number of the transaction that made it, which
 * the ensemble never gives twice and which grows over restarts.
 *
 * A lease has no TTL of its own: it lives as long as its session, and `ttlMs` has no say. The holder trusts it for two
 * thirds of the session's timeout after the last answered write; while the connection is there, a heartbeat renews that.
 *
 * An ensemble without a majority cannot be told from one that is not there: both are `unreachable`.
 * Source: https://zookeeper.apache.org/doc/current/recipes.html#sc_recipes_Locks
 */
export function zookeeper(connection: ZooKeeperConnection): LeaseStore {
  const parentOf = (resource: string) => `${connection.root}/locks/${encodeURIComponent(resource)}`;
  const parents = unusedParents(connection);

  return {
    name: "zookeeper",
    safe: true,
    about: zookeeperAbout,

    async availability() {
      const answered = async () => {
        const session = await connection.session(AVAILABILITY_BOUND_MS);
        await session?.confirm();
        return session !== undefined;
      };
      const inTime = sleep(AVAILABILITY_BOUND_MS, false, { ref: false });
      if (await Promise.race([answered().catch(() => false), inTime])) return { available: true };
      return { available: false, reason: NO_MAJORITY };
    },

    async acquire(resources, { waitMs, onRefused }) {
      const deadline = performance.now() + waitMs;
      for (;;) {
        const session = await connection.session(Math.max(deadline - performance.now(), LEAST_CONNECT_MS));
        if (!session) throw new LockBusy("unreachable");
        try {
          return await takeAll(session, resources, deadline, onRefused);
        } catch (error) {
          // The session ended while its owner stood in line, and its places with it: again, at the end of the line.
          if (!isError(error, "SESSION_EXPIRED", "NO_NODE")) throw error;
          if (performance.now() >= deadline) throw new LockBusy("unreachable", undefined, { cause: error });
        }
      }
    },

    async extend(lease) {
      const { session, places } = lease as ZooKeeperLease;
      while (await session.connectedWithin(session.trustedMs())) {
        try {
          const [, ...stats] = await Promise.all([
            session.confirm(),
            ...places.map((place) => session.client.stat(pathOf(place))),
          ]);
          if (stats.every((stat) => isOwn(stat, session))) return lease;
          break;
        } catch (error) {
          // Disconnected is not expired: as long as the session can be trusted, an answer is worth waiting for.
          if (!isError(error, "CONNECTION_LOSS")) throw new LeaseLost("The session ended.", { cause: error });
        }
      }
      throw new LeaseLost("The session ended, could not be confirmed in time, or no longer has its znode.");
    },

    async release(lease) {
      const { places, stopListening } = lease as ZooKeeperLease;
      stopListening();
      await Promise.race([leave(places), sleep(RELEASE_BOUND_MS, undefined, { ref: false })]);
    },

    async ownerOf(resource) {
      const session = await connection.session(LEAST_CONNECT_MS);
      return session && ownerOfFirst(session, parentOf(resource));
    },

    async close() {
      parents.close();
      connection.close();
    },
  };

  async function takeAll(
    session: ZooKeeperSession,
    resources: readonly string[],
    deadline: number,
    onRefused?: () => void,
  ): Promise<Lease> {
    const owner = randomUUID();
    const places: Place[] = [];
    const fencingTokens = new Map<string, bigint>();
    try {
      for (const resource of resources) {
        const place: Place = { session, parent: parentOf(resource), owner };
        places.push(place);
        await standInLine(place, deadline);
        const { czxid } = await reachTheHead(place, deadline, onRefused);
        fencingTokens.set(resource, czxid.readBigUInt64BE());
      }
      if (session.trustedMs() <= 0) throw new LockBusy("timeout");
    } catch (error) {
      void leave(places);
      throw error;
    }
    const ended = new AbortController();
    const stopListening = session.onState((state) => {
      if (state === "expired") ended.abort(session.ended.reason);
    });
    const lease: ZooKeeperLease = {
      session,
      places,
      stopListening,
      resources,
      owner,
      fencingTokens,
      ended: ended.signal,
      remainingMs: () => session.trustedMs(),
    };
    return lease;
  }

  async function leave(places: readonly Place[]): Promise<void> {
    await Promise.all(places.map(leaveLine));
    for (const { parent } of places) parents.used(parent);
  }
}
