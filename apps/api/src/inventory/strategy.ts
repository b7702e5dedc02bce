import type { About, Availability, HoldSettings } from "@last-unit/locks";
import type { Checkpoint } from "../checkpoint.ts";
import type { Queryable, Statement } from "../db/sql.ts";
import type { IsolationLevel, Transaction } from "../db/transaction.ts";
import type { StockChange, StockRow } from "./units.ts";

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

export interface ReturnedLine {
  readonly sku: string;
  readonly unitNumbers: readonly number[];
}

export type Take =
  | { outcome: "taken"; changes: readonly StockChange[] }
  | { outcome: "sold-out"; sku: string; left: number };

/** A fencing token, with the guard that issued it: tokens of different guards cannot be compared. */
export interface Fence {
  readonly guard: string;
  readonly token: bigint;
}

interface Write {
  readonly name: string;
  /** Whether concurrent buyers never get the same unit, even without a guard. */
  readonly safe: boolean;
  readonly about: About;
}

/** Reads the row, decides in the application, and writes the row back. */
export interface ReadBeforeWrite extends Write {
  readonly isolationLevel?: IsolationLevel;
  /** Whether `read` may have to wait for a lock. */
  readonly locks?: boolean;
  /**
   * Stores the new holder's token in the row, after the lease was granted and before the transaction begins.
   * @throws StaleToken when the row has a higher one.
   */
  raiseFence?(database: Queryable, sku: string, fence: Fence): Promise<void>;
  read(tx: Queryable, sku: string): Promise<StockRow | undefined>;
  write(tx: Queryable, before: StockRow, after: StockRow, fence?: Fence): Promise<void>;
}

/** Lets PostgreSQL check and change the row in one statement, whose result is the change, or no row. */
export interface DirectWrite extends Write {
  take(line: Line): Statement;
  returnStock(line: ReturnedLine): Statement;
}

/** One way to change a stock row inside a transaction. */
export type StockWrite = ReadBeforeWrite | DirectWrite;

/** What a strategy offers to the work inside its transaction. */
export interface StockSession {
  readonly tx: Transaction;
  /** Takes the units of all lines, or none. */
  take(lines: readonly Line[], checkpoint: Checkpoint): Promise<Take>;
  returnStock(lines: readonly ReturnedLine[], checkpoint: Checkpoint): Promise<StockChange[]>;
  /** Writes the changed rows back, in one flight with the statements of `others`. */
  write<T>(others: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Rolls the transaction back and makes `outcome` the result of the change. */
  undo(outcome: unknown): never;
}

/** How long a guard keeps its lease, and how long a buyer waits for it: where absent, as the strategy was opened. */
export type LockLimits = Partial<Pick<HoldSettings, "lockTtlMs" | "lockWaitMs">>;

/** One buyer's request in a batch. */
export interface Party<Request> {
  readonly request: Request;
  readonly checkpoint: Checkpoint;
  /** Aborted when the buyer has disconnected. */
  readonly gone?: AbortSignal;
}

/** The result of one party. `committed`: whether the transaction wrote anything for it. */
export type Settled<Result> = { result: Result; committed: boolean } | { error: unknown };

/** What is done together for several parties. */
export interface Together<Request, Result> {
  skusOf(request: Request): readonly string[];
  /** Does their work in one transaction, which has locked their rows, and returns their results in the same sequence. */
  settle(session: StockSession, parties: readonly Party<Request>[]): Promise<Settled<Result>[]>;
}

/** Combines a guard with a write. It is the only interface to locks that the checkout uses. */
export interface Strategy {
  readonly name: string;
  readonly guard: string;
  readonly write: string;
  readonly safe: boolean;
  readonly about: About;
  /** Whether its services answer now. Never throws; bounded by a second. */
  availability(): Promise<Availability>;
  /**
   * Runs `work` in one transaction, protected by this strategy's guard and write, and resolves to its result after the
   * commit. `work` may run again after a deadlock or a serialization failure. Without a guard, `limits` mean nothing.
   * @throws LockBusy, LeaseLost, or the database's error.
   */
  change<T>(
    skus: readonly string[],
    checkpoint: Checkpoint,
    work: (session: StockSession) => Promise<T>,
    limits?: LockLimits,
  ): Promise<T>;
  /**
   * Present if the strategy serves the buyers who wait for the same resource in batches. Resolves to this party's own
   * result after the commit. All parties of a resource must pass an equivalent `together`.
   * @throws as `change` does.
   */
  changeTogether?<Request, Result>(
    resource: string,
    party: Party<Request>,
    together: Together<Request, Result>,
  ): Promise<Result>;
  /**
   * Present if one statement can take a line's units: no guard, no transaction around it. Its result is the change, or no
   * row if the stock is too low.
   */
  takeStatement?(line: Line): Statement;
}
