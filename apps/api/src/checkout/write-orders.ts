import type { Transaction } from "../database.ts";
import { WriteConflict } from "../inventory/transaction.ts";
import type { StockRow } from "../inventory/units.ts";
import type { Draft } from "./settle-orders.ts";
import type { Shop } from "./shop.ts";

/** Locks the rows in one order, whoever asks, and returns them by SKU. */
export async function lockRows(tx: Transaction, skus: readonly string[]): Promise<Map<string, StockRow>> {
  const rows = await tx.$queryRaw<StockRow[]>`
    SELECT sku, edition, next_unit AS "nextUnit", returned_units AS "returnedUnits", stock, version
      FROM stock WHERE sku = ANY(${skus}) ORDER BY sku FOR UPDATE`;
  return new Map(rows.map((row) => [row.sku, row]));
}

/**
 * Writes orders, lines, movements, keys and the rows' new state in one statement: one round trip for the whole batch.
 * @returns when the orders were made and when they run out: the same for all, by the database's clock.
 * @throws WriteConflict when a key was claimed elsewhere meanwhile; the batch is then decided anew.
 */
export async function writeOrders(
  shop: Shop,
  strategy: string,
  tx: Transaction,
  drafts: readonly Draft[],
  rows: ReadonlyMap<string, StockRow>,
): Promise<{ createdAt: string; expiresAt: string }> {
  if (drafts.length === 0) return { createdAt: "", expiresAt: "" };
  const orders = drafts.map(({ id, buyer: { request }, totalCents, claim }) => ({
    id,
    buyer_id: request.buyerId,
    total_cents: totalCents,
    run_id: request.race?.runId ?? null,
    key: claim?.key ?? null,
    request_hash: claim?.requestHash ?? null,
  }));
  const lines = drafts.flatMap(({ id, orderLines }) =>
    orderLines.map(({ sku, name, quantity, unitPriceCents, unitNumbers }) => ({
      order_id: id,
      sku,
      name,
      quantity,
      unit_price_cents: unitPriceCents,
      unit_numbers: unitNumbers,
    })),
  );
  const movements = drafts.flatMap(({ id, changes }) =>
    changes.map(({ sku, delta, unitNumbers, stockBefore, stockAfter, version }) => ({
      sku,
      delta,
      unit_numbers: unitNumbers,
      stock_before: stockBefore,
      stock_after: stockAfter,
      version,
      order_id: id,
    })),
  );
  const changed = new Set(movements.map(({ sku }) => sku));
  const stock = [...rows.values()]
    .filter(({ sku }) => changed.has(sku))
    .map(({ sku, nextUnit, returnedUnits, stock: left, version }) => {
      return { sku, next_unit: nextUnit, returned_units: returnedUnits, stock: left, version };
    });

  const [written] = await tx.$queryRaw<{ createdAt: Date; expiresAt: Date; claimed: number }[]>`
    WITH input AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(orders)}::jsonb)
        AS o(id uuid, buyer_id uuid, total_cents int, run_id uuid, key text, request_hash text)
    ), placed AS (
      INSERT INTO orders (id, buyer_id, status, strategy, replica, total_cents, created_at, expires_at, run_id)
      SELECT id, buyer_id, 'reserved', ${strategy}, ${shop.replica}, total_cents,
             now(), now() + ${shop.reservationTtlMs} * interval '1 millisecond', run_id
        FROM input
    ), lines AS (
      INSERT INTO order_lines (order_id, sku, name, quantity, unit_price_cents, unit_numbers)
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb)
        AS l(order_id uuid, sku text, name text, quantity int, unit_price_cents int, unit_numbers int[])
    ), movements AS (
      INSERT INTO stock_movements
             (sku, delta, unit_numbers, stock_before, stock_after, version, order_id, reason, strategy, replica)
      SELECT m.*, 'sale', ${strategy}, ${shop.replica}
        FROM jsonb_to_recordset(${JSON.stringify(movements)}::jsonb)
          AS m(sku text, delta int, unit_numbers int[], stock_before int, stock_after int, version int, order_id uuid)
    ), keys AS (
      INSERT INTO idempotency_keys (buyer_id, key, request_hash, order_id)
      SELECT buyer_id, key, request_hash, id FROM input WHERE key IS NOT NULL
      ON CONFLICT DO NOTHING
      RETURNING key
    ), changed AS (
      UPDATE stock AS s
         SET next_unit = r.next_unit, returned_units = r.returned_units, stock = r.stock, version = r.version
        FROM jsonb_to_recordset(${JSON.stringify(stock)}::jsonb)
          AS r(sku text, next_unit int, returned_units int[], stock int, version int)
       WHERE s.sku = r.sku
    )
    SELECT now() AS "createdAt", now() + ${shop.reservationTtlMs} * interval '1 millisecond' AS "expiresAt",
           (SELECT count(*)::int FROM keys) AS claimed`;
  if (!written) throw new Error("The orders were not written.");
  if (written.claimed < orders.filter(({ key }) => key !== null).length) {
    throw new WriteConflict("A key of this batch was claimed elsewhere meanwhile.");
  }
  return { createdAt: written.createdAt.toISOString(), expiresAt: written.expiresAt.toISOString() };
}
