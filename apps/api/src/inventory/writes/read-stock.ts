import type { Transaction } from "../../database.ts";
import type { StockRow } from "../units.ts";

/** The row as it was committed last, or as this transaction left it. It locks nothing. */
export async function readStock(tx: Transaction, sku: string): Promise<StockRow | undefined> {
  const [row] = await tx.$queryRaw<StockRow[]>`
    SELECT sku, edition, next_unit AS "nextUnit", returned_units AS "returnedUnits", stock, version
      FROM stock WHERE sku = ${sku}`;
  return row;
}
