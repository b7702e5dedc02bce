import { noCheckpoint } from "../checkpoint.ts";
import { sql } from "../db/sql.ts";
import { findOwnOrder, findOwnRow, refusalFor } from "./find-order.ts";
import type { OrderView } from "./order.ts";
import { insertMovements, type OrderRow, viewOrder } from "./orders-table.ts";
import type { Shop } from "./shop.ts";

/**
 * Cancels the buyer's reservation and returns its units to stock. Cancelling a cancelled order changes nothing.
 * @throws ShopError ORDER_NOT_FOUND, ALREADY_PAID, PAYMENT_IN_PROGRESS or ORDER_EXPIRED.
 */
export async function cancelOrder(shop: Shop, buyerId: string, orderId: string): Promise<OrderView> {
  const order = await findOwnRow(shop, buyerId, orderId);
  if (order.status === "cancelled") return viewOrder(order);
  if (order.status !== "reserved") throw refusalFor(viewOrder(order), shop.wallTimeMs());
  await endReservation(shop, order, "cancellation");
  const after = await findOwnOrder(shop, buyerId, orderId);
  if (after.status !== "cancelled") throw refusalFor(after, shop.wallTimeMs());
  return after;
}

/**
 * The strategy under which an order's reservation ends. For the shop's own products that is the one under which they are
 * sold now, whatever it was when the order was placed: two strategies need not have a lock in common, and the old one's
 * store may be gone. A run has one strategy.
 */
export const endingStrategy = (shop: Pick<Shop, "defaultStrategy">, order: Pick<OrderRow, "runId" | "strategy">) =>
  order.runId ? order.strategy : shop.defaultStrategy;

/**
 * Ends a reservation and returns its units to stock, in one transaction under `endingStrategy`.
 * @returns false, and changes nothing, if the order is no longer reserved or, for an expiry, not yet due.
 */
export async function endReservation(
  shop: Shop,
  order: Pick<OrderRow, "id" | "strategy" | "runId" | "lines">,
  reason: "cancellation" | "expiry",
): Promise<boolean> {
  const strategy = shop.strategy(endingStrategy(shop, order));
  const lines = [...order.lines].sort((a, b) => (a.sku < b.sku ? -1 : 1));
  const skus = lines.map((line) => line.sku);
  return strategy.change(skus, noCheckpoint, async (session) => {
    const changes = await session.returnStock(lines, noCheckpoint);
    const ended = await session.write(async (tx) => {
      const [{ rowCount }] = await Promise.all([
        tx.query(reason === "cancellation" ? cancelled(order.id) : expired(order.id)),
        insertMovements(
          tx,
          changes.map((change) => ({ ...change, orderId: order.id })),
          { strategy: strategy.name, replica: shop.replica, reason },
        ),
      ]);
      return rowCount === 1;
    });
    return ended || session.undo(false);
  });
}

const cancelled = (orderId: string) =>
  sql`UPDATE orders SET status = 'cancelled' WHERE id = ${orderId}::uuid AND status = 'reserved'`;

const expired = (orderId: string) =>
  sql`UPDATE orders SET status = 'expired' WHERE id = ${orderId}::uuid AND status = 'reserved' AND expires_at <= now()`;
