import type { ReadBeforeWrite } from "../strategy.ts";
import { overwrite } from "./overwrite.ts";
import { readStock } from "./read-stock.ts";

/**
 * The bug, in its usual form: a transaction without anything that isolates two concurrent ones from each other.
 * No delay is added to provoke it.
 */
export const readCheckWrite: ReadBeforeWrite = {
  name: "read-check-write",
  safe: false,
  about: {
    idea: "Read the stock, check it in the application, and write the new stock back, in one transaction.",
    guarantee:
      "None between concurrent buyers. Under READ COMMITTED a transaction's writes are all-or-nothing, but other transactions can read the row that it is about to overwrite.",
    failureMode:
      "Two buyers read the same stock before either writes. Both compute the same new row: one update is lost, and one unit is sold twice.",
    cost: "One read and one write. Cheap, but incorrect.",
  },
  // If T1 has written but not yet committed, T2 still sees the stock from before T1.
  read: readStock,
  write: overwrite,
};
