import { readBeforeWrite } from "./read-before-write.ts";
import { readStock } from "./read-stock.ts";

/**
 * The bug, written the way it is usually written: a transaction, and nothing that keeps two of them apart.
 * It is not slowed down in any way.
 */
export const readCheckWrite = readBeforeWrite({
  name: "read-check-write",
  safe: false,
  about: {
    idea: "Read the stock, check it in the application, write the new stock back: all in one transaction.",
    guarantee:
      "None between buyers. Under READ COMMITTED a transaction makes its own writes all-or-nothing, but it lets others read what it is about to overwrite.",
    failureMode:
      "Two buyers read the same stock before either writes. Both compute the same new row: one update is lost, and a unit is sold twice.",
    cost: "One read, one write. It is cheap because it does not do the work.",
  },
  // T2 may run this while T1 has written and not yet committed: it still sees the stock that T1 is taking.
  read: readStock,
});
