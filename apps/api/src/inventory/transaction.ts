import { setTimeout as sleep } from "node:timers/promises";
import { type Database, databaseBounds, isRetryable, sqlState, type Transaction } from "../database.ts";
import { LockBusy } from "./lease-store.ts";

const ATTEMPTS = 20;
const BACK_OFF_MS = 5;

/** A conflict that a write found by itself, such as a version that moved on. The whole transaction is tried again. */
export class WriteConflict extends Error {
  override readonly name = "WriteConflict";
}

class Undo {
  constructor(readonly outcome: unknown) {}
}

export interface TransactionResult<T> {
  committed: boolean;
  value: T;
}

/**
 * Runs `work` in one transaction. Deadlocks, serialization failures and write conflicts are tried again, at most twenty
 * times with a growing, jittered pause. `onConflict` is told of each: a SQLSTATE, or `version`.
 * @throws LockBusy when the last attempt met a conflict too; any other error as it is.
 */
export async function inTransaction<T>(
  database: Database,
  isolationLevel: "ReadCommitted" | "RepeatableRead" | "Serializable" | undefined,
  work: (tx: Transaction, undo: (outcome: unknown) => never) => Promise<T>,
  onConflict: (conflict: string) => Promise<void> = async () => {},
): Promise<TransactionResult<T>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const value = await database.$transaction(
        (tx) =>
          work(tx, (outcome) => {
            throw new Undo(outcome);
          }),
        { isolationLevel, maxWait: databaseBounds.connectMs, timeout: databaseBounds.transactionMs },
      );
      return { committed: true, value };
    } catch (error) {
      if (error instanceof Undo) return { committed: false, value: error.outcome as T };
      if (!(error instanceof WriteConflict || isRetryable(error))) throw error;
      if (attempt === ATTEMPTS) throw new LockBusy("contention", undefined, { cause: error });
      await onConflict(error instanceof WriteConflict ? "version" : String(sqlState(error)));
      await sleep(Math.random() * BACK_OFF_MS * 2 ** Math.min(attempt, 6));
    }
  }
}
