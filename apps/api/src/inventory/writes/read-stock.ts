import { type Queryable, sql } from "../../db/sql.ts";
import type { StockRow } from "../units.ts";

/** Reads the row's latest committed version, or this transaction's own. Takes no lock. */
export async function readStock(tx: Queryable, sku: string): Promise<StockRow | undefined> {
  // #region excerpt
  const { rows } = await tx.query<StockRow>(sql`
    SELECT sku, edition, next_unit AS "nextUnit", returned_units AS "returnedUnits", stock, version
      FROM stock WHERE sku = ${sku}`);
  // #endregion
  return rows[0];
}
