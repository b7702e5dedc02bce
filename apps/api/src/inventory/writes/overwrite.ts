import { array, type Queryable, sql } from "../../db/sql.ts";
import type { StockRow } from "../units.ts";

// #region excerpt
/** Writes the computed row and overwrites any change that was made since the read. */
export async function overwrite(tx: Queryable, _before: StockRow, after: StockRow): Promise<void> {
  await tx.query(sql`
    UPDATE stock
       SET next_unit = ${after.nextUnit}, returned_units = ${array(after.returnedUnits)}::int[],
           stock = ${after.stock}, version = ${after.version}
     WHERE sku = ${after.sku}`);
}
// #endregion
