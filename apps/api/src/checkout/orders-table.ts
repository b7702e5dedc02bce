import { Prisma } from "@last-unit/prisma";
import { violatedConstraint } from "../db/errors.ts";
import { array, type Queryable, sql } from "../db/sql.ts";
import type { StockChange } from "../inventory/units.ts";
import type { Draft, OrderView } from "./order.ts";

/** A row of `orderColumns`. */
export type OrderRow = Omit<OrderView, "createdAt" | "expiresAt"> & {
  createdAt: Date;
  expiresAt: Date;
  /** The run that the product belongs to; null for the shop's own products. */
  runId: string | null;
};

/** The columns of an order's view, including its lines, for a statement whose table is called `orders`. */
export const ORDER_COLUMNS = `
  orders.id, orders.status, orders.created_at AS "createdAt", orders.expires_at AS "expiresAt",
  orders.total_cents AS "totalCents", orders.strategy, orders.replica, orders.run_id AS "runId",
  (SELECT jsonb_agg(jsonb_build_object('sku', sku, 'name', name, 'quantity', quantity,
                                       'unitPriceCents', unit_price_cents, 'unitNumbers', unit_numbers)
                    ORDER BY sku COLLATE "C")
     FROM order_lines WHERE order_id = orders.id) AS lines`;

/** The same for a statement of Prisma. */
export const orderColumns = Prisma.raw(ORDER_COLUMNS);

export function viewOrder(row: OrderRow): OrderView {
  const { id, status, createdAt, expiresAt, lines, totalCents, strategy, replica } = row;
  return {
    id,
    status,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    // `jsonb` does not keep the sequence of an object's members; the API's responses do.
    lines: lines.map(({ sku, name, quantity, unitPriceCents, unitNumbers }) => {
      return { sku, name, quantity, unitPriceCents, unitNumbers };
    }),
    totalCents,
    strategy,
    replica,
  };
}

export type MovementReason = "sale" | "cancellation" | "expiry";

export interface Writer {
  strategy: string;
  replica: string;
}

export interface Times {
  createdAt: Date;
  expiresAt: Date;
}

/**
 * Writes orders with their lines, movements and idempotency keys: four statements in one flight, for one order or for
 * many. Each column is one array, so that the statements' texts do not depend on the number of rows.
 * @returns when the orders were created and when they expire, by the database's clock, which later decides whether a
 * reservation has expired. The same for all of them.
 * @throws an error for which `isKeyClaimed` holds if a key has got its order in another transaction.
 */
export async function insertOrders(
  tx: Queryable,
  drafts: readonly Draft[],
  { strategy, replica, reservationTtlMs }: Writer & { reservationTtlMs: number },
): Promise<Times> {
  const lines = drafts.flatMap(({ id, orderLines }) => orderLines.map((line) => ({ orderId: id, ...line })));
  const [times] = await Promise.all([
    tx.query<Times>(sql`
      WITH placed AS (
        INSERT INTO orders (id, buyer_id, status, strategy, replica, total_cents, created_at, expires_at, run_id)
        SELECT id, buyer_id, 'reserved', ${strategy}, ${replica}, total_cents,
               now(), now() + ${reservationTtlMs}::int * interval '1 millisecond', run_id
          FROM unnest(${array(drafts.map(({ id }) => id))}::uuid[],
                      ${array(drafts.map(({ buyer }) => buyer.request.buyerId))}::uuid[],
                      ${array(drafts.map(({ totalCents }) => totalCents))}::int[],
                      ${array(drafts.map(({ buyer }) => buyer.request.race?.runId ?? null))}::uuid[])
               AS o(id, buyer_id, total_cents, run_id)
      )
      SELECT now() AS "createdAt", now() + ${reservationTtlMs}::int * interval '1 millisecond' AS "expiresAt"`),
    tx.query(sql`
      INSERT INTO order_lines (order_id, sku, name, quantity, unit_price_cents, unit_numbers)
      SELECT order_id, sku, name, quantity, unit_price_cents, unit_numbers::int[]
        FROM unnest(${array(lines.map(({ orderId }) => orderId))}::uuid[],
                    ${array(lines.map(({ sku }) => sku))}::text[],
                    ${array(lines.map(({ name }) => name))}::text[],
                    ${array(lines.map(({ quantity }) => quantity))}::int[],
                    ${array(lines.map(({ unitPriceCents }) => unitPriceCents))}::int[],
                    ${array(lines.map(({ unitNumbers }) => array(unitNumbers)))}::text[])
             AS l(order_id, sku, name, quantity, unit_price_cents, unit_numbers)`),
    insertMovements(
      tx,
      drafts.flatMap(({ id, changes }) => changes.map((change) => ({ ...change, orderId: id }))),
      { strategy, replica, reason: "sale" },
    ),
    claimKeys(tx, drafts),
  ]);
  return times.rows[0] as Times;
}

/** Writes the changes to the ledger, in the transaction that made them. */
export async function insertMovements(
  tx: Queryable,
  changes: readonly (StockChange & { orderId: string })[],
  { strategy, replica, reason }: Writer & { reason: MovementReason },
): Promise<void> {
  await tx.query(sql`
    INSERT INTO stock_movements
           (sku, delta, unit_numbers, stock_before, stock_after, version, fencing_token, order_id, reason, strategy, replica)
    SELECT sku, delta, unit_numbers::int[], stock_before, stock_after, version, fencing_token, order_id,
           ${reason}, ${strategy}, ${replica}
      FROM unnest(${array(changes.map(({ sku }) => sku))}::text[],
                  ${array(changes.map(({ delta }) => delta))}::int[],
                  ${array(changes.map(({ unitNumbers }) => array(unitNumbers)))}::text[],
                  ${array(changes.map(({ stockBefore }) => stockBefore))}::int[],
                  ${array(changes.map(({ stockAfter }) => stockAfter))}::int[],
                  ${array(changes.map(({ version }) => version))}::int[],
                  ${array(changes.map(({ fencingToken }) => fencingToken ?? null))}::bigint[],
                  ${array(changes.map(({ orderId }) => orderId))}::uuid[])
           AS m(sku, delta, unit_numbers, stock_before, stock_after, version, fencing_token, order_id)`);
}

/** Binds the keys to their orders. Waits for another transaction that has claimed one of them but not ended yet. */
async function claimKeys(tx: Queryable, drafts: readonly Draft[]): Promise<void> {
  const claims = drafts.flatMap(({ id, claim }) => (claim ? [{ ...claim, orderId: id }] : []));
  if (claims.length === 0) return;
  await tx.query(sql`
    INSERT INTO idempotency_keys (buyer_id, key, request_hash, order_id)
    SELECT * FROM unnest(${array(claims.map(({ buyerId }) => buyerId))}::uuid[],
                         ${array(claims.map(({ key }) => key))}::text[],
                         ${array(claims.map(({ requestHash }) => requestHash))}::text[],
                         ${array(claims.map(({ orderId }) => orderId))}::uuid[])`);
}

/**
 * Another transaction has claimed an idempotency key that this one wanted to bind to its order. To be asked where the error
 * is caught: the statements of one flight fail together, and any of them may be the one that rejects.
 */
export const isKeyClaimed = (error: unknown) => violatedConstraint(error) === "idempotency_keys_pkey";
