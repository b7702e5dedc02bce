import { type About, type HeldLease, type HoldSettings, holdLease, type LeaseStore } from "@last-unit/locks";
import type { Checkpoint } from "../checkpoint.ts";
import type { DatabasePool } from "../db/pool.ts";
import { sql } from "../db/sql.ts";
import { inTransaction } from "../db/transaction.ts";
import { StaleToken } from "../errors.ts";
import { openSession, type SessionSettings } from "./stock-session.ts";
import type { Fence, StockSession, StockWrite, Strategy } from "./strategy.ts";

export type GuardSettings = Pick<HoldSettings, "lockTtlMs" | "lockWaitMs" | "clock">;

/** A strategy without a guard: only the write protects the stock. */
export function unguarded(name: string, write: StockWrite, pool: DatabasePool): Strategy {
  return {
    name,
    guard: "none",
    write: write.name,
    safe: write.safe,
    about: write.about,
    availability: async () => ({ available: true }),
    change: (_skus, checkpoint, work) => changeStock(pool, write, checkpoint, work),
    takeStatement: "take" in write ? write.take : undefined,
  };
}

/**
 * Combines a guard with a write. The lease is acquired before the transaction begins and released after it ends. The
 * transaction writes only while the lease is valid.
 */
export function guardedBy(
  name: string,
  store: LeaseStore,
  write: StockWrite,
  pool: DatabasePool,
  settings: GuardSettings,
): Strategy {
  return {
    name,
    guard: store.name,
    write: write.name,
    safe: store.safe || write.safe,
    about: combine(store.about, write),
    availability: () => store.availability(),
    change(skus, checkpoint, work, limits) {
      const resources = skus.map(resourceOf);
      return beforeRelease((isDone) =>
        holdLease(store, resources, { ...settings, ...limits, checkpoint }, async (lease) => {
          const fences = fencesOf(store.name, skus, lease);
          try {
            if ("raiseFence" in write) for (const [sku, fence] of fences) await write.raiseFence?.(pool, sku, fence);
            const result = await changeStock(pool, write, checkpoint, work, {
              isGuarded: true,
              fenceOf: (sku) => fences.get(sku),
              // A holder that is paused after this check still writes with an expired lease: only a fence or a row lock
              // prevents that.
              beforeWriting: lease.throwIfLost,
            });
            isDone(result);
          } catch (error) {
            if (error instanceof StaleToken) await recordRefusal(pool, store.name, error);
            throw error;
          }
        }),
      );
    },
  };
}

/**
 * Resolves when the work under the lease is done, so that no buyer waits for the answer to the release, which is sent at
 * the same time. A failure is told after the release.
 */
const beforeRelease = <T>(hold: (isDone: (result: T) => void) => Promise<void>): Promise<T> =>
  new Promise((resolve, reject) => hold(resolve).catch(reject));

/** The name of a product's lock, the same in every lock store. */
export const resourceOf = (sku: string) => `lock:stock:${sku}`;

function fencesOf(guard: string, skus: readonly string[], { fencingTokens }: HeldLease): Map<string, Fence> {
  const fences = new Map<string, Fence>();
  for (const sku of skus) {
    const token = fencingTokens?.get(resourceOf(sku));
    if (token !== undefined) fences.set(sku, { guard, token });
  }
  return fences;
}

/** Records the refusal outside the sale's transaction, because that one was rolled back. */
async function recordRefusal(pool: DatabasePool, guard: string, { sku, token, fence }: StaleToken): Promise<void> {
  const statement = sql`
    INSERT INTO refused_writes (sku, guard, fencing_token, fence) VALUES (${sku}, ${guard}, ${token}, ${fence})`;
  // The record is for the lab only: a failure to write it must not change the buyer's result.
  await pool.query(statement).catch(() => {});
}

async function changeStock<T>(
  pool: DatabasePool,
  write: StockWrite,
  checkpoint: Checkpoint,
  work: (session: StockSession) => Promise<T>,
  lease: Pick<SessionSettings, "fenceOf" | "isGuarded" | "beforeWriting"> = {},
): Promise<T> {
  const result = await inTransaction(
    pool,
    "read" in write ? write.isolationLevel : undefined,
    (tx, undo) => work(openSession(write, { ...lease, tx, undo })),
    (conflict) => checkpoint("conflict", { conflict }),
  );
  if (result.committed) await checkpoint("committed");
  return result.value;
}

function combine(guard: About, write: StockWrite): About {
  if (!write.safe) return guard;
  return {
    idea: `${guard.idea} Then, in the transaction: ${write.about.idea}`,
    guarantee: `${write.about.guarantee} The guard only reduces contention in the database.`,
    failureMode: `A lost lease cannot oversell: PostgreSQL still prevents it. ${write.about.failureMode}`,
    cost: `${guard.cost} In addition: ${write.about.cost}`,
  };
}
