import type { ReadBeforeWrite } from "../strategy.ts";
import { overwrite } from "./overwrite.ts";
import { readStock } from "./read-stock.ts";

/** The same code as `readCheckWrite`. Only the isolation level differs. */
export const serializable: ReadBeforeWrite = {
  name: "serializable",
  safe: true,
  isolationLevel: "SERIALIZABLE",
  about: {
    idea: "The same read, check and write as read-check-write, in a SERIALIZABLE transaction: PostgreSQL tracks what each transaction reads, and rolls one back if the two could not have run one after the other.",
    guarantee:
      "The committed transactions have the same effect as if they had run one after another. This holds for all rows that they read or write, not only for the stock row.",
    failureMode:
      "The rolled-back transaction gets SQLSTATE 40001 and must be retried from the start. An application that forgets the retry turns every conflict into an error page.",
    cost: "Bookkeeping for each read, and a whole transaction for each failed attempt; of the concurrent attempts on a hot row, nearly all but one fail.",
  },
  // T2's snapshot was taken before T1's commit, so T2's UPDATE of the row that T1 changed fails with 40001.
  read: readStock,
  write: overwrite,
};
