import type { Database } from "../../database.ts";
import type { crowds } from "../crowd.ts";
import { readLedger } from "../read-ledger.ts";
import { createRun } from "../runs.ts";
import { judge } from "../verdict.ts";
import type { Column } from "./column.ts";

const BUYERS = 40;
const UNITS = 3;
/** What a shop does between reading and writing. Without it, too few of an unlocked crowd meet. */
const THINK_TIME_MS = 20;

/** A crowd over HTTP, at all replicas at once. */
export function crowdColumn(database: Database, crowd: ReturnType<typeof crowds>): Column {
  return {
    name: "crowd",
    title: "A crowd",
    question: `${BUYERS} buyers come at the same moment for ${UNITS} units, to all replicas: are exactly ${UNITS} sold, and how soon has everybody an answer?`,
    replayable: false,
    timed: true,
    async measure({ name: strategy }) {
      const run = await createRun(database, { strategy, stock: UNITS, thinkTimeMs: THINK_TIME_MS });
      await database.labRun.update({ where: { id: run.id }, data: { buyersAsked: BUYERS } });
      const began = performance.now();
      await crowd.send({ run, count: BUYERS, quantity: 1 });
      const tookMs = Math.round(performance.now() - began);
      const { passed, unitsSold, evidence, answers } = judge(await readLedger(database, run));
      const busy = answers.LOCK_BUSY ? ` ${answers.LOCK_BUSY} of them were told LOCK_BUSY.` : "";
      if (!passed) {
        const sentence = `${unitsSold} sold of ${UNITS}. ${evidence[0]?.message ?? ""}`;
        return { result: "loses", sentence, tookMs };
      }
      const sentence = `${unitsSold} of ${UNITS} units sold, none twice; all ${BUYERS} buyers had their answer after ${tookMs} ms.${busy}`;
      return { result: unitsSold === UNITS ? "survives" : "loses", sentence, tookMs };
    },
  };
}
