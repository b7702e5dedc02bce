import { sql } from "../../db/sql.ts";
import type { ReadBeforeWrite } from "../strategy.ts";
import { overwrite } from "./overwrite.ts";
import { readStock } from "./read-stock.ts";

export const advisoryLock: ReadBeforeWrite = {
  name: "advisory-lock",
  safe: true,
  locks: true,
  about: {
    idea: "pg_advisory_xact_lock: PostgreSQL locks a number that is derived from the SKU, and releases it when the transaction ends.",
    guarantee:
      "Buyers of one product are served one at a time, as long as every writer acquires the lock first. The row itself is not locked.",
    failureMode:
      "The lock only binds code that acquires it: a code path that forgets it, or a person at a SQL prompt, can still change the row. Two SKUs with the same hash wait for each other without need.",
    cost: "One statement more than a row lock, and one connection for each waiting buyer. In return it can lock something that has no row.",
  },
  // #region excerpt
  async read(tx, sku) {
    // Two statements in one flight: the SELECT must take its snapshot after the lock was granted, so after T1's commit.
    const locked = tx.query(sql`SELECT pg_advisory_xact_lock(hashtextextended('stock:' || ${sku}, 0))`);
    const [row] = await Promise.all([readStock(tx, sku), locked]);
    return row;
  },
  // #endregion
  write: overwrite,
};
