import type { LabRun } from "@last-unit/prisma";
import type { Database } from "../database.ts";
import type { Ledger } from "./ledger-evidence.ts";

/** Reads all that is known of a run, in one snapshot. */
export async function readLedger(database: Database, { id, sku }: LabRun): Promise<Ledger> {
  const [run, stock, orders, movements, answers, writesRefused] = await database.$transaction(
    [
      database.labRun.findUniqueOrThrow({ where: { id } }),
      database.stock.findUniqueOrThrow({ where: { sku } }),
      database.order.findMany({ where: { runId: id }, select: { id: true } }),
      database.stockMovement.findMany({ where: { sku }, orderBy: [{ at: "asc" }, { id: "asc" }] }),
      database.labAnswer.findMany({ where: { runId: id } }),
      database.refusedWrite.count({ where: { sku } }),
    ],
    { isolationLevel: "RepeatableRead" },
  );
  return { run, stock: stock.stock, orders: orders.map((order) => order.id), movements, answers, writesRefused };
}
