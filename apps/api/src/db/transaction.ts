import { LockBusy, sleep } from "@last-unit/locks";
import type pg from "pg";
import { isRetryable, sqlState } from "./errors.ts";
import type { DatabasePool } from "./pool.ts";
import type { Queryable, Statement } from "./sql.ts";

export type IsolationLevel = "READ COMMITTED" | "REPEATABLE READ" | "SERIALIZABLE";

/**
 * A transaction on one connection. Statements that are sent without awaiting the previous one travel together, in one
 * flight: PostgreSQL runs them in their sequence, and after the first failure refuses the others.
 */
export class Transaction implements Queryable {
  #begun: Promise<unknown> | undefined;
  #failure: unknown;
  #committed = false;

  constructor(
    private readonly client: pg.ClientBase,
    private readonly isolationLevel: IsolationLevel = "READ COMMITTED",
  ) {}

  get committed(): boolean {
    return this.#committed;
  }

  /** Sends BEGIN together with the first statement. */
  async query<Row extends pg.QueryResultRow>(statement: Statement): Promise<pg.QueryResult<Row>> {
    if (this.#begun) return this.send<Row>(statement);
    const [, result] = await Promise.all([this.begin(), this.send<Row>(statement)]);
    return result;
  }

  /** Await this before the first statement if that statement writes: if BEGIN failed, the write would autocommit. */
  begin(): Promise<unknown> {
    this.#begun ??= this.send(named(`BEGIN ISOLATION LEVEL ${this.isolationLevel}`));
    return this.#begun;
  }

  /** The statements after a failed one fail with the same error, instead of PostgreSQL's "transaction is aborted". */
  private send<Row extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    return this.client.query<Row>(statement).catch((error: unknown) => {
      this.#failure ??= error;
      throw this.#failure;
    });
  }

  /** May be sent in the flight of the last writes. If one of them failed, PostgreSQL rolls back instead. */
  async commit(): Promise<void> {
    if (!this.#begun) return;
    const { command } = await this.send(named("COMMIT"));
    if (command !== "COMMIT") throw this.#failure ?? new Error("PostgreSQL rolled the transaction back.");
    this.#committed = true;
  }

  async rollback(): Promise<void> {
    if (this.#begun) await this.client.query(named("ROLLBACK"));
  }
}

const named = (text: string) => ({ name: text, text });

/** A conflict that the write itself detected, such as a changed version. The whole transaction is retried. */
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

export type TransactionWork<T> = (tx: Transaction, undo: (outcome: unknown) => never) => Promise<T>;

const ATTEMPTS = 20;
const BACK_OFF_MS = 5;

/**
 * Runs `work` in one transaction, which is committed afterwards unless `work` has done so. Retries after a deadlock, a
 * serialization failure or a write conflict, with a growing, jittered delay, for at most `ATTEMPTS` attempts. Calls
 * `onConflict` after each: with a SQLSTATE, or `version`.
 * @throws LockBusy if the last attempt fails with a conflict; any other error unchanged.
 */
export async function inTransaction<T>(
  pool: DatabasePool,
  isolationLevel: IsolationLevel | undefined,
  work: TransactionWork<T>,
  onConflict: (conflict: string) => Promise<void> = async () => {},
): Promise<TransactionResult<T>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(pool, isolationLevel, work);
    } catch (error) {
      // #region excerpt
      if (!(error instanceof WriteConflict || isRetryable(error))) throw error;
      if (attempt === ATTEMPTS) throw new LockBusy("contention", undefined, { cause: error });
      await onConflict(error instanceof WriteConflict ? "version" : String(sqlState(error)));
      await sleep(pool.clock, Math.random() * BACK_OFF_MS * 2 ** Math.min(attempt, 6));
      // #endregion
    }
  }
}

async function runOnce<T>(
  pool: DatabasePool,
  isolationLevel: IsolationLevel | undefined,
  work: TransactionWork<T>,
): Promise<TransactionResult<T>> {
  const client = await pool.connect();
  const tx = new Transaction(client, isolationLevel);
  let broken: Error | undefined;
  try {
    const value = await work(tx, (outcome) => {
      throw new Undo(outcome);
    });
    if (!tx.committed) await tx.commit();
    return { committed: true, value };
  } catch (error) {
    if (!tx.committed) await tx.rollback().catch((cause: Error) => (broken = cause));
    if (error instanceof Undo) return { committed: tx.committed, value: error.outcome as T };
    throw error;
  } finally {
    client.release(broken);
  }
}
