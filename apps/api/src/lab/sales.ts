import type { LabRun } from "@last-unit/prisma";
import type { Database } from "../database.ts";

/** What a run's crowds were told so far. Times are on the clock of the process that played them. */
export interface Sales {
  /** Asked and answered. */
  checkouts: number;
  /** Counted once for each order that holds them. */
  unitsSold: number;
  /** Each unit number once, however many orders hold it. */
  distinctUnits: number;
  /** From the first buyer's question to the latest sale's answer. */
  elapsedMs: number;
  buyers: { asked: number; answered: number };
}

/** One statement over the run's own answers, so that a page may ask a few times a second. */
export async function readSales(database: Database, run: LabRun): Promise<Sales> {
  const [counted] = await database.$queryRaw<[Omit<Sales, "buyers">]>`
    WITH told AS (
      SELECT outcome, unit_numbers, asked_at, answered_at
        FROM lab_answers WHERE run_id = ${run.id}::uuid AND observer = 'client')
    SELECT count(*)::int AS "checkouts",
           coalesce(sum(cardinality(unit_numbers)), 0)::int AS "unitsSold",
           (SELECT count(DISTINCT unit)::int FROM told, unnest(unit_numbers) AS unit) AS "distinctUnits",
           coalesce(extract(epoch FROM max(answered_at) FILTER (WHERE outcome = 'RESERVED') - min(asked_at)) * 1000, 0)
             ::float8 AS "elapsedMs"
      FROM told`;
  return { ...counted, buyers: { asked: run.buyersAsked, answered: run.buyersAnswered } };
}
