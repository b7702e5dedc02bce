import type { Transaction } from "../../database.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { Fence, StockWrite, Take } from "../strategy.ts";
import { type NextRow, returnUnits, type StockRow, takeUnits, UnknownStock } from "../units.ts";

interface ReadBeforeWrite extends Pick<StockWrite, "name" | "safe" | "about" | "isolationLevel"> {
  /** Whether `read` may have to wait for a lock. */
  locks?: boolean;
  read(tx: Transaction, sku: string): Promise<StockRow | undefined>;
  write?(tx: Transaction, before: StockRow, after: StockRow, fence?: Fence): Promise<void>;
}

/** What all writes have in common that read the row, decide in the application, and write it back. */
export function readBeforeWrite({ locks = false, read, write = overwrite, ...facts }: ReadBeforeWrite): StockWrite {
  async function readRow(tx: Transaction, sku: string, checkpoint: Checkpoint): Promise<StockRow> {
    if (locks) await checkpoint("waiting", { sku });
    const began = performance.now();
    const row = await read(tx, sku);
    if (!row) throw new UnknownStock(sku);
    if (locks) await checkpoint("locked", { sku, waitedMs: performance.now() - began });
    await checkpoint("read", { sku, stock: row.stock });
    return row;
  }

  async function writeRow(
    tx: Transaction,
    before: StockRow,
    next: NextRow,
    checkpoint: Checkpoint,
    fence: Fence | undefined,
  ) {
    await checkpoint("checked", { sku: before.sku, stock: before.stock });
    await write(tx, before, next.row, fence);
    await checkpoint("written", { sku: before.sku, stock: next.row.stock, unitNumbers: next.change.unitNumbers });
    return next.change;
  }

  return {
    ...facts,
    async take(tx, { sku, quantity }, checkpoint, fence): Promise<Take> {
      const row = await readRow(tx, sku, checkpoint);
      const next = takeUnits(row, quantity);
      if (!next) {
        await checkpoint("refused", { sku, stock: row.stock, quantity });
        return { outcome: "sold-out", sku, left: row.stock };
      }
      return { outcome: "taken", change: await writeRow(tx, row, next, checkpoint, fence) };
    },
    async giveBack(tx, { sku, unitNumbers }, checkpoint, fence) {
      const row = await readRow(tx, sku, checkpoint);
      return writeRow(tx, row, returnUnits(row, unitNumbers), checkpoint, fence);
    },
  };
}

/** Writes the row that the reader computed, whatever stands there by now. */
async function overwrite(tx: Transaction, _before: StockRow, after: StockRow): Promise<void> {
  await tx.$executeRaw`
    UPDATE stock
       SET next_unit = ${after.nextUnit}, returned_units = ${after.returnedUnits}::int[],
           stock = ${after.stock}, version = ${after.version}
     WHERE sku = ${after.sku}`;
}
