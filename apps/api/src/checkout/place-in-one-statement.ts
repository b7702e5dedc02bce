import { type Statement, sql } from "../db/sql.ts";
import { afterwards, refuseSoldOut } from "../inventory/stock-session.ts";
import type { Line } from "../inventory/strategy.ts";
import type { StockChange } from "../inventory/units.ts";
import { type Buyer, type IdempotencyClaim, newOrderId, type Placed, price, reservedOrder } from "./order.ts";
import type { Times } from "./orders-table.ts";
import type { Shop } from "./shop.ts";

interface OneLine {
  buyer: Buyer;
  claim: IdempotencyClaim | undefined;
  line: Line;
  /** Changes the stock row and returns the change, or no row if the stock is too low. */
  take: Statement;
}

/**
 * Places an order of one line by a single statement: `take` changes the stock row, and what it returns goes into the
 * order, its line, its movement and its idempotency key. PostgreSQL commits all of it or nothing.
 * @throws as `insertOrders` does.
 */
export async function placeInOneStatement(
  shop: Shop,
  strategy: string,
  { buyer, claim, line, take }: OneLine,
): Promise<Placed> {
  const { request, checkpoint } = buyer;
  const { replica, reservationTtlMs, database } = shop;
  const id = newOrderId(shop.wallTimeMs());
  const product = request.products.get(line.sku);
  if (!product) throw new Error(`The line for ${line.sku} has no price.`);
  const key = claim
    ? sql`, keys AS (
        INSERT INTO idempotency_keys (buyer_id, key, request_hash, order_id)
        SELECT ${claim.buyerId}::uuid, ${claim.key}, ${claim.requestHash}, ${id}::uuid FROM taken
      )`
    : sql``;

  // The application's own work comes before the statement, so that no buyer waits for it on the row lock.
  await checkpoint("checked", { sku: line.sku });
  const statement = sql`
    WITH taken AS (${take}), placed AS (
        INSERT INTO orders (id, buyer_id, status, strategy, replica, total_cents, created_at, expires_at, run_id)
        SELECT ${id}::uuid, ${request.buyerId}::uuid, 'reserved', ${strategy}, ${replica},
               ${line.quantity * product.priceCents}::int, now(),
               now() + ${reservationTtlMs}::int * interval '1 millisecond', ${request.race?.runId ?? null}::uuid
          FROM taken
      ), lines AS (
        INSERT INTO order_lines (order_id, sku, name, quantity, unit_price_cents, unit_numbers)
        SELECT ${id}::uuid, sku, ${product.name}, ${line.quantity}::int, ${product.priceCents}::int, "unitNumbers"
          FROM taken
      ), movements AS (
        INSERT INTO stock_movements
               (sku, delta, unit_numbers, stock_before, stock_after, version, order_id, reason, strategy, replica)
        SELECT sku, delta, "unitNumbers", "stockBefore", "stockAfter", version,
               ${id}::uuid, 'sale', ${strategy}, ${replica}
          FROM taken
      )${key}
    SELECT taken.*, now() AS "createdAt", now() + ${reservationTtlMs}::int * interval '1 millisecond' AS "expiresAt"
      FROM taken`;
  const { rows } = await database.pool.query<StockChange & Times>(statement);
  const [change] = rows;
  if (!change) return { ...(await refuseSoldOut(database.pool, line, checkpoint)), requested: line.quantity };

  await checkpoint("written", afterwards(change));
  await checkpoint("committed");
  const draft = { id, buyer, claim, changes: [change], ...price([line], request.products, [change]) };
  return { outcome: "reserved", order: reservedOrder(draft, change, { strategy, replica }), replayed: false };
}
