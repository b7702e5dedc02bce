import { randomBytes, randomUUID } from "node:crypto";
import type { LabRun } from "@last-unit/prisma";
import type { Database } from "../../db/client.ts";
import { ShopError } from "../../errors.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const RUNS_SWEPT_AT_ONCE = 20;

export interface RunSettings {
  strategy: string;
  stock: number;
  thinkTimeMs: number;
  lockTtlMs?: number;
  lockWaitMs?: number;
  watchable?: boolean;
}

/** Creates a run with a new product, which is sold under the run's strategy. */
export async function createRun(database: Database, settings: RunSettings): Promise<LabRun> {
  const { strategy, stock, thinkTimeMs, lockTtlMs, lockWaitMs, watchable = true } = settings;
  const sku = `race-${randomBytes(6).toString("hex")}`;
  return database.labRun.create({
    data: {
      id: randomUUID(),
      strategy,
      initialStock: stock,
      thinkTimeMs,
      lockTtlMs,
      lockWaitMs,
      watchable,
      product: {
        create: {
          sku,
          name: "Reading lamp, raced",
          description: "A lamp of one race in the laboratory.",
          artwork: "lamp",
          priceCents: 18900,
          stock: { create: { edition: stock, nextUnit: 1, returnedUnits: [], stock } },
        },
      },
    },
  });
}

/** @throws ShopError RUN_NOT_FOUND */
export async function findRun(database: Database, id: string): Promise<LabRun> {
  const run = UUID.test(id) ? await database.labRun.findUnique({ where: { id } }) : null;
  if (!run) throw new ShopError("RUN_NOT_FOUND", "There is no such run. Runs are deleted after a while.");
  return run;
}

/**
 * Deletes runs older than `maxAgeMs`, with their products, orders and ledger. The number of runs for each call is
 * bounded.
 */
export async function sweepRuns(database: Database, maxAgeMs: number): Promise<number> {
  const old = await database.$queryRaw<{ sku: string }[]>`
    SELECT sku FROM lab_runs WHERE created_at < now() - ${maxAgeMs} * interval '1 millisecond'
     ORDER BY created_at LIMIT ${RUNS_SWEPT_AT_ONCE}`;
  if (old.length === 0) return 0;
  const sku = { in: old.map((run) => run.sku) };
  await database.$transaction([
    // A key must not outlive its order: a later request with it would find neither an order nor a free key.
    database.$executeRaw`
      DELETE FROM idempotency_keys USING orders, lab_runs
       WHERE order_id = orders.id AND orders.run_id = lab_runs.id AND lab_runs.sku = ANY(${sku.in})`,
    database.stockMovement.deleteMany({ where: { sku } }),
    database.refusedWrite.deleteMany({ where: { sku } }),
    database.product.deleteMany({ where: { sku } }),
  ]);
  return old.length;
}

/** The responses that a run's buyers have got so far. Times are by the clock of the process that sent the buyers. */
export interface Sales {
  /** Checkouts that have got a response. */
  checkouts: number;
  /** A unit that several orders hold counts once for each. */
  unitsSold: number;
  /** A unit that several orders hold counts once. */
  distinctUnits: number;
  /** From the first request to the response of the latest sale. */
  elapsedMs: number;
  buyers: { asked: number; answered: number };
}

/** Reads the counters in a single statement, so that a page can poll it a few times a second. */
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
