import type { StockRow } from "../units.ts";
import { readBeforeWrite } from "./read-before-write.ts";

export const rowLock = readBeforeWrite({
  name: "row-lock",
  safe: true,
  locks: true,
  about: {
    idea: "SELECT … FOR UPDATE: whoever reads the row locks it until their transaction ends; the next reader waits in PostgreSQL.",
    guarantee: "Buyers of one product come one after another, and each reads what the one before committed.",
    failureMode:
      "A slow holder makes everybody wait, each with a database connection in hand. Rows locked in different orders deadlock, so carts are sorted first.",
    cost: "One connection for each waiting buyer, and the hot row's queue inside PostgreSQL.",
  },
  // The lock is on the row itself: T2 returns from this only after T1 committed, with T1's stock.
  async read(tx, sku) {
    const [row] = await tx.$queryRaw<StockRow[]>`
      SELECT sku, edition, next_unit AS "nextUnit", returned_units AS "returnedUnits", stock, version
        FROM stock WHERE sku = ${sku} FOR UPDATE`;
    return row;
  },
});
