import type { Database, Transaction } from "../database.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Availability } from "./lease-store.ts";
import type { StockChange } from "./units.ts";

/** What a reader should know of a lock before using it; shown in the lab and in the documentation. */
export interface About {
  readonly idea: string;
  readonly guarantee: string;
  readonly failureMode: string;
  readonly cost: string;
}

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

export interface ReturnedLine {
  readonly sku: string;
  readonly unitNumbers: readonly number[];
}

export type Take = { outcome: "taken"; change: StockChange } | { outcome: "sold-out"; sku: string; left: number };

/** What a fenced write carries: the lease's number, and which guard's numbers it belongs to. */
export interface Fence {
  readonly guard: string;
  readonly token: bigint;
}

/** One way to change a stock row inside a transaction. */
export interface StockWrite {
  readonly name: string;
  /** Whether concurrent buyers are kept apart by the write alone, without any guard. */
  readonly safe: boolean;
  readonly about: About;
  readonly isolationLevel?: "ReadCommitted" | "RepeatableRead" | "Serializable";
  /**
   * Shows the row its new holder's token, after the lease was granted and before the transaction begins.
   * @throws StaleToken when the row has seen a higher one.
   */
  raiseFence?(database: Database, sku: string, fence: Fence): Promise<void>;
  take(tx: Transaction, line: Line, checkpoint: Checkpoint, fence?: Fence): Promise<Take>;
  giveBack(tx: Transaction, line: ReturnedLine, checkpoint: Checkpoint, fence?: Fence): Promise<StockChange>;
}

/** What the work inside a strategy's transaction may do. */
export interface StockSession {
  readonly tx: Transaction;
  take(line: Line): Promise<Take>;
  giveBack(line: ReturnedLine): Promise<StockChange>;
  /** Undoes the transaction and makes `outcome` the result of the whole change. */
  undo(outcome: unknown): never;
}

/** One buyer's part of a change that is made for several at once. */
export interface Party<Request> {
  readonly request: Request;
  readonly checkpoint: Checkpoint;
  /** Aborted when nobody waits for the answer any more. */
  readonly gone?: AbortSignal;
}

/** What became of one party. `committed`: whether the transaction holds anything of it. */
export type Settled<Result> = { result: Result; committed: boolean } | { error: unknown };

/** Does the work of several parties in one transaction, and returns what became of each, in their order. */
export type Settle<Request, Result> = (
  tx: Transaction,
  parties: readonly Party<Request>[],
) => Promise<Settled<Result>[]>;

/** A guard times a write: the one thing that the checkout knows of locks. */
export interface Strategy {
  readonly name: string;
  readonly guard: string;
  readonly write: string;
  readonly safe: boolean;
  readonly about: About;
  /** Whether its services answer now. Never throws; bounded by a second. */
  availability(): Promise<Availability>;
  /**
   * Runs `work` in one transaction, protected in this strategy's way, and returns what it returns. The result is
   * committed when the promise resolves. `work` may run again after a deadlock or a serialization failure.
   * @throws LockBusy, LeaseLost, or the database's error.
   */
  change<T>(skus: readonly string[], checkpoint: Checkpoint, work: (session: StockSession) => Promise<T>): Promise<T>;
  /**
   * Present where buyers who wait for the same resource are served together, whatever they buy. Resolves after the commit
   * with this party's own result. `settle` must be the same for all parties of a resource.
   * @throws as `change` does.
   */
  changeTogether?<Request, Result>(
    resource: string,
    party: Party<Request>,
    settle: Settle<Request, Result>,
  ): Promise<Result>;
}
