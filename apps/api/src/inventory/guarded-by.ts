import type { Database, Transaction } from "../database.ts";
import type { Checkpoint, CheckpointName } from "./checkpoint.ts";
import type { Clock } from "./clock.ts";
import { type HeldLease, holdLease } from "./hold-lease.ts";
import { type LeaseStore, StaleToken } from "./lease-store.ts";
import type { About, Fence, StockSession, StockWrite, Strategy } from "./strategy.ts";
import { inTransaction } from "./transaction.ts";

export interface GuardSettings {
  lockTtlMs: number;
  lockWaitMs: number;
  clock?: Clock;
}

/** No guard: the write is on its own. */
export function unguarded(name: string, write: StockWrite, database: Database): Strategy {
  return {
    name,
    guard: "none",
    write: write.name,
    safe: write.safe,
    about: write.about,
    availability: async () => ({ available: true }),
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
    availability: () => store.availability(),
    change(skus, checkpoint, work) {
      const resources = skus.map(resourceOf);
      return holdLease(store, resources, settings, checkpoint, async (lease) => {
        const fences = fencesOf(store.name, skus, lease);
        const held = { fences, signal: lease.signal };
        try {
          if (write.raiseFence) for (const [sku, fence] of fences) await write.raiseFence(database, sku, fence);
          return await changeStock(database, write, withoutRowLockSteps(checkpoint), work, held);
        } catch (error) {
          if (error instanceof StaleToken) await recordRefusal(database, store.name, error);
          throw error;
        }
      });
    },
  };
}

/** What a product is called in every lock store. */
export const resourceOf = (sku: string) => `lock:stock:${sku}`;

function fencesOf(guard: string, skus: readonly string[], { fencingTokens }: HeldLease): Map<string, Fence> {
  const fences = new Map<string, Fence>();
  for (const sku of skus) {
    const token = fencingTokens?.get(resourceOf(sku));
    if (token !== undefined) fences.set(sku, { guard, token });
  }
  return fences;
}

/** In a transaction of its own, since the one that would have sold was undone. */
async function recordRefusal(database: Database, guard: string, { sku, token, fence }: StaleToken): Promise<void> {
  // The refusal stands whether it could be written down or not, and the buyer's answer must not wait for that.
  await database.refusedWrite.create({ data: { sku, guard, fencingToken: token, fence } }).catch(() => {});
}

async function changeStock<T>(
  database: Database,
  write: StockWrite,
  checkpoint: Checkpoint,
  work: (session: StockSession) => Promise<T>,
  lease?: { fences: ReadonlyMap<string, Fence>; signal: AbortSignal },
): Promise<T> {
  const fenceOf = (sku: string) => lease?.fences.get(sku);
  const attempt = async (tx: Transaction, undo: (outcome: unknown) => never) => {
    const outcome = await work({
      tx,
      async take(line) {
        const fence = fenceOf(line.sku);
        const take = await write.take(tx, line, checkpoint, fence);
        return take.outcome === "taken" ? { ...take, change: { ...take.change, fencingToken: fence?.token } } : take;
      },
      async giveBack(line) {
        const fence = fenceOf(line.sku);
        return { ...(await write.giveBack(tx, line, checkpoint, fence)), fencingToken: fence?.token };
      },
      undo,
    });
    // The last look before COMMIT. A holder that is paused right after it is still a zombie: only a fence or a row lock
    // stops that one.
    lease?.signal.throwIfAborted();
    return outcome;
  };
  const onConflict = (conflict: string) => checkpoint("conflict", { conflict });
  const result = await inTransaction(database, write.isolationLevel, attempt, onConflict);
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
