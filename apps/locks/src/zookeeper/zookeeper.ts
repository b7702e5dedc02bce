import { randomUUID } from "node:crypto";
import { within } from "../clock.ts";
import { type About, type Lease, LeaseLost, type LeaseStore, LockBusy } from "../lease-store.ts";
import { inLockOrder } from "../lock-order.ts";
import { ownerToken } from "../owner.ts";
import { defaultRemedy, type Remedy } from "../remedy.ts";
import { isError } from "./client.ts";
import type { ZooKeeperConnection } from "./connection.ts";
import { unusedParents } from "./parents.ts";
import { type Entry, isOwn, joinQueue, leaveQueue, ownerOfFirst, pathOf, reachHead } from "./queue.ts";
import type { ZooKeeperSession } from "./session.ts";

/** A first connection takes a moment, even for a caller that does not want to wait for a lock. */
const LEAST_CONNECT_MS = 500;
const AVAILABILITY_BOUND_MS = 900;
const RELEASE_BOUND_MS = 500;

export const zookeeperAbout: About = {
  idea: "Every client queues with an ephemeral sequential znode. The lowest number holds the lock; every other client watches only the znode before its own.",
  guarantee:
    "One holder at a time, served in the order of arrival. When a holder's session ends, the ensemble removes its znode and the next in the queue enters.",
  failureMode:
    "A holder that is paused longer than its session becomes an expired lock holder: the ensemble has let the next one in, and both write.",
  cost: "One write that a majority of the ensemble stores on disk to queue, one to leave, and two reads between them; waiting takes no polling.",
};

/** A znode's name has no slash, and is neither `.` nor `..`. */
const znodeNameOf = (resource: string) =>
  encodeURIComponent(resource).replace(/^\.+$/, (dots) => dots.replaceAll(".", "%2E"));

interface ZooKeeperLease extends Lease {
  readonly session: ZooKeeperSession;
  readonly entries: readonly Entry[];
  stopListening(): void;
}

/**
 * The lock recipe of ZooKeeper: each client queues with an ephemeral sequential znode, and the first holds the lock. A
 * resource's fencing token is the `czxid` of the holder's znode: the number of the transaction that created it, which the
 * ensemble never issues twice and which grows over restarts.
 *
 * A lease has no TTL of its own: it lasts as long as its session, and `ttlMs` has no effect. It is valid for two thirds of
 * the session's timeout after the last answered write; while the client is connected, a heartbeat renews that.
 *
 * An ensemble without a majority cannot be distinguished from an unreachable one: both are `unreachable`.
 * Source: https://zookeeper.apache.org/doc/current/recipes.html#sc_recipes_Locks
 */
export function zookeeper(
  connection: ZooKeeperConnection,
  { remedy = defaultRemedy, holder }: { remedy?: Remedy; holder?: string } = {},
): LeaseStore {
  const { clock, connectionClock } = connection;
  const parentOf = (resource: string) => `${connection.root}/locks/${znodeNameOf(resource)}`;
  const parents = unusedParents(connection, connectionClock);

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
      const isInTime = within(connectionClock, AVAILABILITY_BOUND_MS, answered(), () => false, { unref: true });
      if (await isInTime.catch(() => false)) return { available: true };
      const what = remedy({ kind: "unreachable", service: "zookeeper", node: 1 });
      return { available: false, reason: `No majority of the ZooKeeper servers answers. ${what}` };
    },

    async acquire(resources, { waitMs, onRefused }) {
      const deadline = clock.now() + waitMs;
      for (;;) {
        const session = await connection.session(Math.max(deadline - clock.now(), LEAST_CONNECT_MS));
        if (!session) throw new LockBusy("unreachable");
        try {
          return await takeAll(session, inLockOrder(resources), deadline, onRefused);
        } catch (error) {
          // The session ended while its owner was queued, and its entries with it: try again, at the end of the queue.
          if (!isError(error, "SESSION_EXPIRED", "NO_NODE")) throw error;
          if (clock.now() >= deadline) throw new LockBusy("unreachable", undefined, { cause: error });
        }
      }
    },

    async extend(lease) {
      const { session, entries } = lease as ZooKeeperLease;
      while (await session.connectedWithin(session.remainingMs())) {
        try {
          const [, ...stats] = await Promise.all([
            session.confirm(),
            ...entries.map((entry) => session.client.stat(pathOf(entry))),
          ]);
          if (stats.every((stat) => isOwn(stat, session))) return lease;
          break;
        } catch (error) {
          // Disconnected is not expired: as long as the session is valid, an answer is worth waiting for.
          if (!isError(error, "CONNECTION_LOSS")) throw new LeaseLost("The session ended.", { cause: error });
        }
      }
      throw new LeaseLost("The session ended, could not be confirmed in time, or no longer has its znode.");
    },

    async release(lease) {
      const { entries, stopListening } = lease as ZooKeeperLease;
      stopListening();
      await within(connectionClock, RELEASE_BOUND_MS, leave(entries), () => {}, { unref: true });
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
    const owner = ownerToken(randomUUID(), holder);
    const entries: Entry[] = [];
    const fencingTokens = new Map<string, bigint>();
    try {
      // #region excerpt
      for (const resource of resources) {
        const entry: Entry = { session, parent: parentOf(resource), owner };
        entries.push(entry);
        await joinQueue(entry, deadline);
        const { czxid } = await reachHead(entry, deadline, onRefused);
        fencingTokens.set(resource, czxid.readBigUInt64BE());
      }
      if (session.ended.aborted || session.remainingMs() <= 0) throw new LockBusy("timeout");
      // #endregion
    } catch (error) {
      void leave(entries);
      throw error;
    }
    const ended = new AbortController();
    const stopListening = session.onState((state) => {
      if (state === "expired") ended.abort(session.ended.reason);
    });
    const lease: ZooKeeperLease = {
      session,
      entries,
      stopListening,
      resources,
      owner,
      fencingTokens,
      ended: ended.signal,
      remainingMs: () => session.remainingMs(),
    };
    return lease;
  }

  async function leave(entries: readonly Entry[]): Promise<void> {
    await Promise.all(entries.map(leaveQueue));
    for (const { parent } of entries) parents.used(parent);
  }
}
