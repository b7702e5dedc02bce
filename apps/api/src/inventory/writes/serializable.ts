import { readBeforeWrite } from "./read-before-write.ts";
import { readStock } from "./read-stock.ts";

/** The code of the bug, unchanged. Only the isolation level differs. */
export const serializable = readBeforeWrite({
  name: "serializable",
  safe: true,
  isolationLevel: "Serializable",
  about: {
    idea: "The same read, check and write as the bug, in a transaction that is SERIALIZABLE: PostgreSQL watches who read what, and ends one of two that cannot both have come first.",
    guarantee:
      "Whatever commits could have happened one after another, in some order, for every row read or written, not only for this one.",
    failureMode:
      "The loser gets SQLSTATE 40001 and must do all of it again. An application that forgets the retry turns every conflict into an error page.",
    cost: "Bookkeeping for each read, and a whole transaction for each lost attempt; on a hot row nearly all attempts but one are lost.",
  },
  // T2's snapshot was taken before T1's commit. Its UPDATE of the row that T1 changed meanwhile fails with 40001.
  read: readStock,
});
