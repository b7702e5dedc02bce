import type { LockSeen, LocksSeen } from "../locks-seen.ts";
import { isError } from "./client.ts";
import type { ZooKeeperConnection } from "./connection.ts";
import { inOrder } from "./queue.ts";

const CONNECT_BOUND_MS = 500;

/**
 * The locks of the ensemble, `limit` at most. The first znode of each queue is the holder's.
 * @throws Error if no server is reached, or the library's error.
 */
export async function locksInZooKeeper(connection: ZooKeeperConnection, limit: number): Promise<LocksSeen> {
  const session = await connection.session(CONNECT_BOUND_MS);
  if (!session) throw new Error("No ZooKeeper server was reached.");
  const children = (path: string) =>
    session.client.children(path).catch((error: unknown) => {
      if (isError(error, "NO_NODE")) return [];
      throw error;
    });
  const root = `${connection.root}/locks`;
  const parents = await children(root);
  const queues = await Promise.all(
    parents.slice(0, limit).map(async (parent): Promise<LockSeen[]> => {
      const [first, ...others] = inOrder(await children(`${root}/${parent}`));
      if (first === undefined) return [];
      const owner = first.slice(0, first.lastIndexOf("-"));
      return [{ resource: decodeURIComponent(parent), owner, waiting: others.length }];
    }),
  );
  return { locks: queues.flat(), isCut: parents.length > limit };
}
