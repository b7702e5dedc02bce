import { systemClock } from "@last-unit/locks";
import { type Checkpoint, type CheckpointDetail, type CheckpointName, noCheckpoint } from "../checkpoint.ts";
import type { Queryable, Statement } from "../db/sql.ts";
import type { Transaction } from "../db/transaction.ts";
import { UnknownStock } from "../errors.ts";
import type {
  DirectWrite,
  Fence,
  Line,
  ReadBeforeWrite,
  ReturnedLine,
  StockSession,
  StockWrite,
  Take,
} from "./strategy.ts";
import { type NextRow, returnUnits, type StockChange, type StockRow, takeUnits } from "./units.ts";
import { readStock } from "./writes/read-stock.ts";
import { lockRows } from "./writes/row-lock.ts";

export interface SessionSettings {
  tx: Transaction;
  undo(outcome: unknown): never;
  fenceOf?(sku: string): Fence | undefined;
  /** Whether a guard is held. Its holder rarely waits for the row, so the row lock passes no `waiting` or `locked`. */
  isGuarded?: boolean;
  /** Called directly before the writes. Throws to abort, for example when the lease is no longer valid. */
  beforeWriting?(): void;
  /** Sends COMMIT in the flight of the writes. */
  commitsAtOnce?: boolean;
}

export const openSession = (write: StockWrite, settings: SessionSettings): StockSession =>
  "read" in write ? new ReadingSession(write, settings) : new DirectSession(write, settings);

/** Keeps the rows that the transaction has read, and their state after the changes that have been decided so far. */
export class ReadingSession implements StockSession {
  /** Undefined if the product does not exist. */
  readonly #rows = new Map<string, { before: StockRow; now: StockRow } | undefined>();
  /** The changes of buyers whose checkpoints are observed, in races and replays. */
  readonly #decided: { checkpoint: Checkpoint; changes: StockChange[] }[] = [];

  constructor(
    private readonly how: ReadBeforeWrite,
    private readonly settings: SessionSettings,
  ) {}

  get tx() {
    return this.settings.tx;
  }

  get undo() {
    return this.settings.undo;
  }

  /**
   * Locks and reads the rows of a batch, in one statement and in the sequence of their SKUs, so that batches cannot
   * deadlock.
   */
  async lockRows(skus: readonly string[]): Promise<void> {
    const rows = await lockRows(this.tx, skus);
    for (const sku of skus) this.#rows.set(sku, undefined);
    for (const row of rows) this.#rows.set(row.sku, { before: row, now: row });
  }

  async take(lines: readonly Line[], checkpoint: Checkpoint): Promise<Take> {
    const next: NextRow[] = [];
    for (const { sku, quantity } of lines) {
      const row = await this.#row(sku, checkpoint);
      const taken = takeUnits(row, quantity);
      if (!taken) {
        await checkpoint("refused", { sku, stock: row.stock, quantity });
        return { outcome: "sold-out", sku, left: row.stock };
      }
      next.push(taken);
    }
    return { outcome: "taken", changes: this.#decide(next, checkpoint) };
  }

  async returnStock(lines: readonly ReturnedLine[], checkpoint: Checkpoint): Promise<StockChange[]> {
    const next: NextRow[] = [];
    for (const { sku, unitNumbers } of lines) next.push(returnUnits(await this.#row(sku, checkpoint), unitNumbers));
    return this.#decide(next, checkpoint);
  }

  async write<T>(others: (tx: Transaction) => Promise<T>): Promise<T> {
    const { tx, fenceOf, beforeWriting, commitsAtOnce } = this.settings;
    await this.#pass("checked", ({ sku, stockBefore }) => ({ sku, stock: stockBefore }));
    beforeWriting?.();
    const rows = [...this.#rows.values()].filter((row) => row !== undefined);
    const changed = rows.filter(({ before, now }) => before !== now);
    const [result] = await Promise.all([
      others(tx),
      ...changed.map(({ before, now }) => this.how.write(tx, before, now, fenceOf?.(now.sku))),
      ...(commitsAtOnce ? [tx.commit()] : []),
    ]);
    await this.#pass("written", afterwards);
    return result;
  }

  /** The buyers of a batch pass a checkpoint at the same time, each for one line after the other. */
  async #pass(name: CheckpointName, detailOf: (change: StockChange) => CheckpointDetail): Promise<void> {
    await Promise.all(
      this.#decided.map(async ({ checkpoint, changes }) => {
        for (const change of changes) await checkpoint(name, detailOf(change));
      }),
    );
  }

  async #row(sku: string, checkpoint: Checkpoint): Promise<StockRow> {
    const row = this.#rows.has(sku) ? this.#rows.get(sku)?.now : await this.#read(sku, checkpoint);
    if (!row) throw new UnknownStock(sku);
    if (checkpoint !== noCheckpoint) await checkpoint("read", { sku, stock: row.stock });
    return row;
  }

  async #read(sku: string, checkpoint: Checkpoint): Promise<StockRow | undefined> {
    const { read } = this.how;
    const locks = this.how.locks && !this.settings.isGuarded;
    if (locks) await checkpoint("waiting", { sku });
    const began = systemClock.now();
    const row = await read(this.tx, sku);
    if (!row) return undefined;
    if (locks) await checkpoint("locked", { sku, waitedMs: systemClock.now() - began });
    this.#rows.set(sku, { before: row, now: row });
    return row;
  }

  #decide(next: readonly NextRow[], checkpoint: Checkpoint): StockChange[] {
    const changes = next.map(({ row, change }) => {
      this.#rows.set(row.sku, { before: this.#rows.get(row.sku)?.before ?? row, now: row });
      return { ...change, fencingToken: this.settings.fenceOf?.(row.sku)?.token };
    });
    if (checkpoint !== noCheckpoint) this.#decided.push({ checkpoint, changes });
    return changes;
  }
}

/** Changes the rows at once: what was taken for a cart that turns out to be sold out is undone by a rollback. */
class DirectSession implements StockSession {
  constructor(
    private readonly how: DirectWrite,
    private readonly settings: SessionSettings,
  ) {}

  get tx() {
    return this.settings.tx;
  }

  get undo() {
    return this.settings.undo;
  }

  async take(lines: readonly Line[], checkpoint: Checkpoint): Promise<Take> {
    const changes: StockChange[] = [];
    for (const line of lines) {
      const change = await this.#change(line.sku, this.how.take(line), checkpoint);
      if (!change) return refuseSoldOut(this.tx, line, checkpoint);
      changes.push(change);
    }
    return { outcome: "taken", changes };
  }

  async returnStock(lines: readonly ReturnedLine[], checkpoint: Checkpoint): Promise<StockChange[]> {
    const changes: StockChange[] = [];
    for (const line of lines) {
      const change = await this.#change(line.sku, this.how.returnStock(line), checkpoint);
      if (!change) throw new UnknownStock(line.sku);
      changes.push(change);
    }
    return changes;
  }

  async write<T>(others: (tx: Transaction) => Promise<T>): Promise<T> {
    this.settings.beforeWriting?.();
    return others(this.tx);
  }

  async #change(sku: string, statement: Statement, checkpoint: Checkpoint): Promise<StockChange | undefined> {
    // The application's own work comes before the statement, so that no buyer waits for it on the row lock.
    await checkpoint("checked", { sku });
    await this.tx.begin();
    const [change] = (await this.tx.query<StockChange>(statement)).rows;
    if (change) await checkpoint("written", afterwards(change));
    return change;
  }
}

/** The answer to a line that a direct write has refused, with the stock that is left. */
export async function refuseSoldOut(database: Queryable, { sku, quantity }: Line, checkpoint: Checkpoint) {
  const row = await readStock(database, sku);
  if (!row) throw new UnknownStock(sku);
  await checkpoint("refused", { sku, stock: row.stock, quantity });
  return { outcome: "sold-out", sku, left: row.stock } as const;
}

export const afterwards = ({ sku, stockAfter, unitNumbers }: StockChange): CheckpointDetail => {
  return { sku, stock: stockAfter, unitNumbers };
};
