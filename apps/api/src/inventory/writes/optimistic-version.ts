import { WriteConflict } from "../transaction.ts";
import { readBeforeWrite } from "./read-before-write.ts";
import { readStock } from "./read-stock.ts";

export const optimisticVersion = readBeforeWrite({
  name: "optimistic-version",
  safe: true,
  about: {
    idea: "Lock nothing. Read the row with its version, and write it back only WHERE version is still the one that was read; 0 rows changed means that somebody was faster: begin again.",
    guarantee: "A write lands only on the very row that its buyer decided on. Nobody's update is lost.",
    failureMode:
      "Under contention most of the work is done in vain and done again. Retries are bounded and jittered, so a crowd on one row is told LOCK_BUSY instead of being served late.",
    cost: "Nothing while nobody competes. On a hot row, a whole transaction for each lost attempt.",
  },
  read: readStock,
  async write(tx, before, after) {
    // T2 waits here for T1's commit, finds a version that moved on, and changes nothing.
    const written = await tx.$executeRaw`
      UPDATE stock
         SET next_unit = ${after.nextUnit}, returned_units = ${after.returnedUnits}::int[],
             stock = ${after.stock}, version = ${after.version}
       WHERE sku = ${after.sku} AND version = ${before.version}`;
    if (written === 0) throw new WriteConflict(`Version ${before.version} of ${before.sku} is no longer the last.`);
  },
});
