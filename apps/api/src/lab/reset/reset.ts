import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../../db/client.ts";
import { isLockTimeout, isRetryable } from "../../db/errors.ts";
import { tryToLead } from "../../db/leader.ts";
import { ShopError } from "../../errors.ts";
import { MEASUREMENT } from "../matrix/measurement.ts";
import { RESET, workInProgress } from "./lab-work.ts";

/** How long a reset waits for work to end, in milliseconds. A race of two buyers ends within it. */
const PATIENCE_MS = 1_200;
const BETWEEN_LOOKS_MS = 100;

export interface ResetReport {
  /** Products that have their whole edition again. */
  products: number;
  /** Removed orders. */
  orders: number;
  /** Removed runs. */
  runs: number;
  tookMs: number;
}

/**
 * Restores the stock of the catalogue, and removes all orders, runs and ledger entries. Measured results are kept, and so
 * are fencing tokens: the lock stores continue to count.
 * @throws ShopError LAB_BUSY if a race, a replay, a load or a measurement is in progress; nothing is changed then
 */
export async function resetLab(database: Database): Promise<ResetReport> {
  const startedAt = performance.now();
  return leading(database, RESET, "Another reset is in progress.", () =>
    leading(database, MEASUREMENT, "The strategies are being measured.", async () => {
      await waitForQuiet(database);
      const removed = await restore(database).catch((error: unknown) => {
        if (isLockTimeout(error) || isRetryable(error)) throw busy("A checkout is in progress.");
        throw error;
      });
      return { ...removed, tookMs: Math.round(performance.now() - startedAt) };
    }),
  );
}

const busy = (reason: string) => new ShopError("LAB_BUSY", `${reason} Nothing was reset; try again when it has ended.`);

async function leading<T>(database: Database, name: string, reason: string, work: () => Promise<T>): Promise<T> {
  const leadership = await tryToLead(database, name);
  if (!leadership) throw busy(reason);
  return work().finally(() => leadership.resign());
}

async function waitForQuiet(database: Database): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const reason = await workInProgress(database);
    if (reason === undefined) return;
    if (performance.now() > deadline) throw busy(reason);
    await sleep(BETWEEN_LOOKS_MS);
  }
}

async function restore(database: Database): Promise<Omit<ResetReport, "tookMs">> {
  const [, , counts, , , products] = await database.$transaction([
    database.$executeRaw`SET LOCAL lock_timeout = '500ms'`,
    // Not even a transaction that has only read its stock row may write it afterwards.
    database.$executeRaw`LOCK TABLE stock IN ACCESS EXCLUSIVE MODE`,
    database.$queryRaw<[{ orders: number; runs: number }]>`
      SELECT (SELECT count(*)::int FROM orders) AS orders, (SELECT count(*)::int FROM lab_runs) AS runs`,
    database.$executeRaw`
      TRUNCATE orders, order_lines, idempotency_keys, provider_charges, lab_answers, stock_movements, refused_writes`,
    // With the runs and their stock.
    database.$executeRaw`DELETE FROM products USING lab_runs WHERE products.sku = lab_runs.sku`,
    // A version is never used twice: an optimistic write that read the row before must fail.
    database.$executeRaw`
      UPDATE stock SET next_unit = 1, returned_units = '{}', stock = edition, version = version + 1`,
    database.$executeRaw`DELETE FROM leaders WHERE expires_at <= now()`,
  ]);
  return { products, ...counts[0] };
}
