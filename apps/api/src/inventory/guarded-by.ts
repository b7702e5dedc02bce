import type { Database } from "../database.ts";
import type { Checkpoint, CheckpointName } from "./checkpoint.ts";
import { holdLease } from "./hold-lease.ts";
import type { LeaseStore } from "./lease-store.ts";
import type { About, StockSession, StockWrite, Strategy } from "./strategy.ts";
import { inTransaction } from "./transaction.ts";

export interface GuardSettings {
  lockTtlMs: number;
  lockWaitMs: number;
}

/** No guard: the write is on its own. */
export function unguarded(name: string, write: StockWrite, database: Database): Strategy {
  return {
    name,
    guard: "none",
    write: write.name,
    safe: write.safe,
    about: write.about,
    change: (_skus, checkpoint, work) => changeStock(database, write, checkpoint, work),
  };
}

/**
 * A strategy of a guard and a write: the lease is taken before the transaction begins and released after it ended, and
 * the transaction commits only while the lease can still be trusted.
 */
export function guardedBy(
  name: string,
  store: LeaseStore,
  write: StockWrite,
  database: Database,
  settings: GuardSettings,
): Strategy {
  return {
    name,
    guard: store.name,
    write: write.name,
    safe: store.safe || write.safe,
    about: combine(store.about, write),
    change(skus, checkpoint, work) {
      const resources = skus.map((sku) => `lock:stock:${sku}`);
      return holdLease(store, resources, settings, checkpoint, (lease) =>
        changeStock(database, write, withoutRowLockSteps(checkpoint), work, lease),
      );
    },
  };
}

async function changeStock<T>(
  database: Database,
  write: StockWrite,
  checkpoint: Checkpoint,
  work: (session: StockSession) => Promise<T>,
  lease?: { fencingToken?: bigint; signal: AbortSignal },
): Promise<T> {
  const result = await inTransaction(database, write.isolationLevel, async (tx, undo) => {
    const outcome = await work({
      tx,
      fencingToken: lease?.fencingToken,
      take: (line) => write.take(tx, line, checkpoint),
      giveBack: (line) => write.giveBack(tx, line, checkpoint),
      undo,
    });
    // The last look before COMMIT. A holder that is paused right after it is still a zombie: only a fence or a row lock
    // stops that one.
    lease?.signal.throwIfAborted();
    return outcome;
  });
  if (result.committed) await checkpoint("committed");
  return result.value;
}

const rowLockSteps = new Set<CheckpointName>(["waiting", "locked"]);

// A shopper's lane shows one wait: the guard's. The row behind it is free by then.
const withoutRowLockSteps =
  (checkpoint: Checkpoint): Checkpoint =>
  async (name, detail) => {
    if (!rowLockSteps.has(name)) await checkpoint(name, detail);
  };

function combine(guard: About, write: StockWrite): About {
  if (!write.safe) return guard;
  return {
    idea: `${guard.idea} Behind it: ${write.about.idea}`,
    guarantee: `${write.about.guarantee} The guard only keeps the crowd away from the database.`,
    failureMode: `A lost lease costs time, never a unit: the write still decides. ${write.about.failureMode}`,
    cost: `${guard.cost} And: ${write.about.cost}`,
  };
}
