import { randomBytes, randomUUID } from "node:crypto";
import type { LabRun } from "@last-unit/prisma";
import type { Database } from "../database.ts";
import { ShopError } from "../errors.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const RUNS_SWEPT_AT_ONCE = 20;

export interface RunSettings {
  strategy: string;
  stock: number;
  thinkTimeMs: number;
  watchable?: boolean;
}

/** Makes a fresh product for one race, sold under the run's own strategy. */
export async function createRun(database: Database, settings: RunSettings): Promise<LabRun> {
  const { strategy, stock, thinkTimeMs, watchable = true } = settings;
  const sku = `race-${randomBytes(6).toString("hex")}`;
  return database.labRun.create({
    data: {
      id: randomUUID(),
      strategy,
      initialStock: stock,
      thinkTimeMs,
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
  if (!run) throw new ShopError("RUN_NOT_FOUND", "There is no such run; runs are swept away after a while.");
  return run;
}

/** Deletes runs older than `maxAgeMs`, with their products, orders and ledger, a bounded number at a time. */
export async function sweepRuns(database: Database, maxAgeMs: number): Promise<number> {
  const old = await database.$queryRaw<{ sku: string }[]>`
    SELECT sku FROM lab_runs WHERE created_at < now() - ${maxAgeMs} * interval '1 millisecond'
     ORDER BY created_at LIMIT ${RUNS_SWEPT_AT_ONCE}`;
  if (old.length === 0) return 0;
  const sku = { in: old.map((run) => run.sku) };
  await database.$transaction([
    database.stockMovement.deleteMany({ where: { sku } }),
    database.refusedWrite.deleteMany({ where: { sku } }),
    database.product.deleteMany({ where: { sku } }),
  ]);
  return old.length;
}
