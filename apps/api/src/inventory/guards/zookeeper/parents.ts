import type { ZooKeeperConnection } from "./connection.ts";

/** Long enough that a product in demand keeps its znode, short enough that a run's products do not pile up. */
const KEPT_MS = 10_000;

/**
 * Takes the parents of locks away that nobody has used for a while. Servers do that by themselves for container znodes,
 * which `node-zookeeper-client` cannot make.
 */
export interface UnusedParents {
  /** Says that a lock below this path is being used, or was until now. */
  used(parent: string): void;
  close(): void;
}

export function unusedParents(connection: ZooKeeperConnection): UnusedParents {
  const timers = new Map<string, NodeJS.Timeout>();

  async function remove(parent: string): Promise<void> {
    timers.delete(parent);
    const session = await connection.session(1_000);
    // Somebody stands there (NOT_EMPTY), or somebody else was faster (NO_NODE): both are well. Whoever is about to stand
    // in line makes it again.
    await session?.client.remove(parent).catch(() => {});
  }

  return {
    used(parent) {
      clearTimeout(timers.get(parent));
      timers.set(parent, setTimeout(() => void remove(parent), KEPT_MS).unref());
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
