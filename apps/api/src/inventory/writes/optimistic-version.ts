import { array, sql } from "../../db/sql.ts";
import { WriteConflict } from "../../db/transaction.ts";
import type { ReadBeforeWrite } from "../strategy.ts";
import { readStock } from "./read-stock.ts";

export const optimisticVersion: ReadBeforeWrite = {
  name: "optimistic-version",
  safe: true,
  about: {
    idea: "Lock nothing. Read the row with its version, and write it back only WHERE the version is unchanged. If 0 rows change, another buyer was faster: start again.",
    guarantee: "A write succeeds only if the row is unchanged since it was read. No update is lost.",
    failureMode:
      "Under contention most attempts fail and are retried. Retries are bounded and jittered, so with many concurrent buyers of one row some get LOCK_BUSY.",
    cost: "Nothing without contention. On a hot row, a whole transaction for each failed attempt.",
  },
  read: readStock,
  // #region excerpt
  async write(tx, before, after) {
    // T2 waits here for T1's commit, finds a newer version, and changes nothing.
    const { rowCount } = await tx.query(sql`
      UPDATE stock
         SET next_unit = ${after.nextUnit}, returned_units = ${array(after.returnedUnits)}::int[],
             stock = ${after.stock}, version = ${after.version}
       WHERE sku = ${after.sku} AND version = ${before.version}`);
    if (rowCount === 0) throw new WriteConflict(`Version ${before.version} of ${before.sku} is no longer current.`);
  },
  // #endregion
};
