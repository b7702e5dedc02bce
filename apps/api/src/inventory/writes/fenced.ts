import { array, type Queryable, sql } from "../../db/sql.ts";
import { StaleToken } from "../../errors.ts";
import type { Fence, ReadBeforeWrite } from "../strategy.ts";
import { readStock } from "./read-stock.ts";

/**
 * The resource itself rejects the write of an expired lease holder.
 *
 * Each holder stores its token in the row before it reads (`raiseFence`, committed at once); the write checks it. Checking
 * at the write only would not protect a read-modify-write: an expired holder could still write between the read and the
 * write of the next holder, because the row would not have the higher token yet.
 * Source: Kleppmann, How to do distributed locking (2016).
 */
export const fenced: ReadBeforeWrite = {
  name: "fenced",
  safe: true,
  about: {
    idea: "Every lease has a fencing token, a number that increases with each lease. The write first stores its token in the stock row; PostgreSQL rejects lower tokens. The UPDATE then changes the row only WHERE fence = token.",
    guarantee:
      "After a later holder has stored its token, an earlier holder cannot write any more, however long it was paused.",
    failureMode:
      "It needs tokens that never decrease and a resource that can compare them. If a lock store loses its data and counts from zero, its holders are rejected until their tokens are higher again.",
    cost: "One more small UPDATE for each lease, before the transaction, to store the token.",
  },
  read: readStock,

  // #region excerpt
  async raiseFence(database, sku, fence) {
    const { guard, token } = carried(fence);
    const { rowCount } = await database.query(sql`
      UPDATE stock SET fence = ${token}, fence_guard = ${guard}
       WHERE sku = ${sku} AND (fence_guard <> ${guard} OR fence <= ${token})`);
    if (rowCount === 0) throw new StaleToken(sku, token, await highest(database, sku));
  },

  async write(tx, before, after, fence) {
    const { guard, token } = carried(fence);
    // T1, whose lease expired, changes 0 rows if T2 has raised the fence. If T2 has not, T2's raise waits for T1's
    // commit.
    const { rowCount } = await tx.query(sql`
      UPDATE stock
         SET next_unit = ${after.nextUnit}, returned_units = ${array(after.returnedUnits)}::int[],
             stock = ${after.stock}, version = ${after.version}
       WHERE sku = ${after.sku} AND fence = ${token} AND fence_guard = ${guard}`);
    if (rowCount === 0) throw new StaleToken(before.sku, token, await highest(tx, before.sku));
  },
  // #endregion
};

function carried(fence: Fence | undefined): Fence {
  if (!fence) throw new Error("A fenced write needs a guard that issues fencing tokens.");
  return fence;
}

async function highest(database: Queryable, sku: string): Promise<bigint> {
  const { rows } = await database.query<{ fence: string }>(sql`SELECT fence FROM stock WHERE sku = ${sku}`);
  return BigInt(rows[0]?.fence ?? 0);
}
