import { array, type Queryable, sql } from "../../db/sql.ts";
import type { ReadBeforeWrite } from "../strategy.ts";
import type { StockRow } from "../units.ts";
import { overwrite } from "./overwrite.ts";

export const rowLock: ReadBeforeWrite = {
  name: "row-lock",
  safe: true,
  locks: true,
  about: {
    idea: "SELECT … FOR UPDATE: a transaction that reads the row locks it until it ends; the next buyer waits in PostgreSQL.",
    guarantee: "Buyers of one product are served one at a time, and each reads what the previous one committed.",
    failureMode:
      "A slow holder makes all other buyers wait, each holding a database connection. Two carts that lock the same rows in a different sequence deadlock, so carts are sorted first.",
    cost: "One connection for each waiting buyer. The buyers queue for the row's lock in PostgreSQL.",
  },
  // #region excerpt
  // T2 returns from this statement only after T1 has committed, and sees T1's stock.
  async read(tx, sku) {
    const { rows } = await tx.query<StockRow>(sql`
      SELECT sku, edition, next_unit AS "nextUnit", returned_units AS "returnedUnits", stock, version
        FROM stock WHERE sku = ${sku} FOR UPDATE`);
    return rows[0];
  },
  // #endregion
  write: overwrite,
};

/**
 * Locks and reads the rows of a whole batch, in the sequence of their SKUs. Collation "C" compares as the application does,
 * whatever the database's own collation is: batches, carts and cancellations lock in one sequence.
 */
export async function lockRows(tx: Queryable, skus: readonly string[]): Promise<StockRow[]> {
  const { rows } = await tx.query<StockRow>(sql`
    SELECT sku, edition, next_unit AS "nextUnit", returned_units AS "returnedUnits", stock, version
      FROM stock WHERE sku = ANY(${array(skus)}::text[]) ORDER BY sku COLLATE "C" FOR UPDATE`);
  return rows;
}
