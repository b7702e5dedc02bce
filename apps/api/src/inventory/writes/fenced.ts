import type { Transaction } from "../../database.ts";
import { StaleToken } from "../lease-store.ts";
import type { Fence, StockWrite } from "../strategy.ts";
import { readBeforeWrite } from "./read-before-write.ts";
import { readStock } from "./read-stock.ts";

/**
 * The resource itself refuses whoever comes with an old lease.
 *
 * The row sees a token twice: before its holder reads (`raiseFence`, committed at once) and with the write. Checking the
 * write alone would not do for a read-modify-write: a zombie could still write between the read and the write of the next
 * holder, whose higher token the row has not seen by then.
 * Source: Kleppmann, How to do distributed locking (2016).
 */
export const fenced: StockWrite = {
  ...readBeforeWrite({
    name: "fenced",
    safe: true,
    about: {
      idea: "Every lease has a number that grows. The stock row remembers the highest one it has seen, and the UPDATE carries its own: WHERE fence = token.",
      guarantee:
        "Once a later holder has shown its token, an earlier one can write no more, however long it was paused and whatever it believes about its lease.",
      failureMode:
        "It needs tokens that never go back and a resource that can compare them. A store that starts again empty and counts from zero is refused until its numbers are higher again.",
      cost: "One small UPDATE more for each lease, before the transaction; it is what the row sees the new token by.",
    },
    read: readStock,
    async write(tx, before, after, fence) {
      const { guard, token } = carried(fence);
      // T1, the zombie, changes 0 rows here if T2 has raised the fence; if it has not, T2's raise waits for T1's commit.
      const written = await tx.$executeRaw`
        UPDATE stock
           SET next_unit = ${after.nextUnit}, returned_units = ${after.returnedUnits}::int[],
               stock = ${after.stock}, version = ${after.version}
         WHERE sku = ${after.sku} AND fence = ${token} AND fence_guard = ${guard}`;
      if (written === 0) throw new StaleToken(before.sku, token, await highest(tx, before.sku));
    },
  }),

  async raiseFence(database, sku, fence) {
    const { guard, token } = carried(fence);
    const raised = await database.$executeRaw`
      UPDATE stock SET fence = ${token}, fence_guard = ${guard}
       WHERE sku = ${sku} AND (fence_guard <> ${guard} OR fence <= ${token})`;
    if (raised === 0) throw new StaleToken(sku, token, await highest(database, sku));
  },
};

function carried(fence: Fence | undefined): Fence {
  if (!fence) throw new Error("A fenced write needs a guard that mints fencing tokens.");
  return fence;
}

async function highest(tx: Transaction, sku: string): Promise<bigint> {
  const row = await tx.stock.findUniqueOrThrow({ where: { sku }, select: { fence: true } });
  return row.fence;
}
