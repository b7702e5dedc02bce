import type { Transaction } from "../database.ts";
import { WriteConflict } from "../inventory/transaction.ts";
import type { StockChange, StockRow } from "../inventory/units.ts";
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
  const claims = drafts.flatMap(({ id, claim }) => (claim ? [{ ...claim, orderId: id }] : []));
  const lines = drafts.flatMap(({ id, orderLines, changes }) =>
    orderLines.map((line, index) => ({ orderId: id, line, change: changes[index] as StockChange })),
  );
  const changed = new Set(lines.map(({ line }) => line.sku));
  const stock = [...rows.values()].filter(({ sku }) => changed.has(sku));

  // A column is one parameter, however many rows there are: the statement's text is always the same.
  const [written] = await tx.$queryRaw<{ createdAt: Date; expiresAt: Date; claimed: number }[]>`
    WITH placed AS (
      INSERT INTO orders (id, buyer_id, status, strategy, replica, total_cents, created_at, expires_at, run_id)
      SELECT id, buyer_id, 'reserved', ${strategy}, ${shop.replica}, total_cents,
             now(), now() + ${shop.reservationTtlMs} * interval '1 millisecond', run_id
        FROM unnest(${array(drafts.map(({ id }) => id))}::uuid[],
                    ${array(drafts.map(({ buyer }) => buyer.request.buyerId))}::uuid[],
                    ${array(drafts.map(({ totalCents }) => totalCents))}::int[],
                    ${array(drafts.map(({ buyer }) => buyer.request.race?.runId ?? null))}::uuid[])
          AS o(id, buyer_id, total_cents, run_id)
    ), sold AS (
      SELECT order_id, sku, name, quantity, unit_price_cents, unit_numbers::int[], stock_before, version
        FROM unnest(${array(lines.map(({ orderId }) => orderId))}::uuid[],
                    ${array(lines.map(({ line }) => line.sku))}::text[],
                    ${array(lines.map(({ line }) => line.name))}::text[],
                    ${array(lines.map(({ line }) => line.quantity))}::int[],
                    ${array(lines.map(({ line }) => line.unitPriceCents))}::int[],
                    ${array(lines.map(({ line }) => array(line.unitNumbers)))}::text[],
                    ${array(lines.map(({ change }) => change.stockBefore))}::int[],
                    ${array(lines.map(({ change }) => change.version))}::int[])
          AS l(order_id, sku, name, quantity, unit_price_cents, unit_numbers, stock_before, version)
    ), lines AS (
      INSERT INTO order_lines (order_id, sku, name, quantity, unit_price_cents, unit_numbers)
      SELECT order_id, sku, name, quantity, unit_price_cents, unit_numbers FROM sold
    ), movements AS (
      INSERT INTO stock_movements
             (sku, delta, unit_numbers, stock_before, stock_after, version, order_id, reason, strategy, replica)
      SELECT sku, -quantity, unit_numbers, stock_before, stock_before - quantity, version, order_id,
             'sale', ${strategy}, ${shop.replica}
        FROM sold
    ), keys AS (
      INSERT INTO idempotency_keys (buyer_id, key, request_hash, order_id)
      SELECT * FROM unnest(${array(claims.map(({ buyerId }) => buyerId))}::uuid[],
                           ${array(claims.map(({ key }) => key))}::text[],
                           ${array(claims.map(({ requestHash }) => requestHash))}::text[],
                           ${array(claims.map(({ orderId }) => orderId))}::uuid[])
      ON CONFLICT DO NOTHING
      RETURNING key
    ), changed AS (
      UPDATE stock AS s
         SET next_unit = r.next_unit, returned_units = r.returned_units::int[], stock = r.stock, version = r.version
        FROM unnest(${array(stock.map(({ sku }) => sku))}::text[],
                    ${array(stock.map(({ nextUnit }) => nextUnit))}::int[],
                    ${array(stock.map(({ returnedUnits }) => array(returnedUnits)))}::text[],
                    ${array(stock.map(({ stock: left }) => left))}::int[],
                    ${array(stock.map(({ version }) => version))}::int[])
          AS r(sku, next_unit, returned_units, stock, version)
       WHERE s.sku = r.sku
    )
    SELECT now() AS "createdAt", now() + ${shop.reservationTtlMs} * interval '1 millisecond' AS "expiresAt",
           (SELECT count(*)::int FROM keys) AS claimed`;
  if (!written) throw new Error("The orders were not written.");
  if (written.claimed < claims.length) {
    throw new WriteConflict("A key of this batch was claimed elsewhere meanwhile.");
  }
  return { createdAt: written.createdAt.toISOString(), expiresAt: written.expiresAt.toISOString() };
}

/**
 * An array as PostgreSQL writes it. One string for a column, because the driver would look at each value of an array
 * several times; and an array of arrays of unequal length can only be sent as texts.
 */
const array = (values: readonly (string | number | null)[]): string => `{${values.map(element).join()}}`;

const element = (value: string | number | null) =>
  typeof value === "string" ? `"${value.replaceAll(/["\\]/g, "\\$&")}"` : String(value);
