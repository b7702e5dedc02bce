import type { Clock } from "../clock.ts";
import type { ZooKeeperConnection } from "./connection.ts";

/** Long enough that a busy resource keeps its znode, short enough that the znodes of unused ones do not pile up. */
const KEPT_MS = 10_000;

/**
 * Removes the parents of locks that nobody has used for a while. Servers do that by themselves for container znodes, which
 * `node-zookeeper-client` cannot create.
 */
export interface UnusedParents {
  /** Says that a lock below this path is being used, or was until now. */
  used(parent: string): void;
  close(): void;
}

export function unusedParents(connection: ZooKeeperConnection, clock: Clock): UnusedParents {
  const cancels = new Map<string, () => void>();

  async function remove(parent: string): Promise<void> {
    cancels.delete(parent);
    const session = await connection.session(1_000);
    // A client is queued there (NOT_EMPTY), or another process was faster (NO_NODE): both are fine. A client that is about
    // to queue creates it again.
    await session?.client.remove(parent).catch(() => {});
  }

  return {
    used(parent) {
      cancels.get(parent)?.();
      cancels.set(
        parent,
        clock.after(KEPT_MS, () => void remove(parent), { unref: true }),
      );
    },
    close() {
      for (const cancel of cancels.values()) cancel();
    },
  };
}
