import type { LabRun } from "@last-unit/prisma";
import type { Database } from "../../db/client.ts";
import { type RunEvent, toHistory } from "./history.ts";
import type { Ledger } from "./ledger-evidence.ts";

/** Reads all recorded data of a run, in one snapshot. */
export async function readLedger(database: Database, { id, sku }: LabRun): Promise<Ledger> {
  const [run, stock, orders, movements, observed, writesRefused] = await database.$transaction(
    [
      database.labRun.findUniqueOrThrow({ where: { id } }),
      database.stock.findUniqueOrThrow({ where: { sku } }),
      database.order.findMany({ where: { OR: [{ runId: id }, { lines: { some: { sku } } }] }, select: { id: true } }),
      database.stockMovement.findMany({ where: { sku }, orderBy: [{ at: "asc" }, { id: "asc" }] }),
      database.labAnswer.findMany({ where: { runId: id } }),
      database.refusedWrite.count({ where: { sku } }),
    ],
    { isolationLevel: "RepeatableRead" },
  );
  const answers = onePerAttempt(observed, "replica");
  return { run, stock: stock.stock, orders: orders.map((order) => order.id), movements, answers, writesRefused };
}

/** @returns undefined if the run was observed on several machines, because their clocks are not comparable. */
export async function readHistory(database: Database, { id, sku }: LabRun): Promise<RunEvent[] | undefined> {
  const [observed, movements] = await database.$transaction(
    [
      database.labAnswer.findMany({ where: { runId: id }, orderBy: { askedNs: "asc" } }),
      database.stockMovement.findMany({ where: { sku }, select: { orderId: true, delta: true } }),
    ],
    { isolationLevel: "RepeatableRead" },
  );
  return toHistory(sku, onePerAttempt(observed, "client"), movements);
}

/** Keeps one observation of each attempt: the preferred observer's, if there are two. */
export function onePerAttempt<Seen extends { attempt: string; observer: string }>(
  answers: readonly Seen[],
  preferred: "client" | "replica",
): Seen[] {
  const chosen = new Map<string, Seen>();
  for (const answer of answers) {
    if (!chosen.has(answer.attempt) || answer.observer === preferred) chosen.set(answer.attempt, answer);
  }
  return [...chosen.values()];
}
