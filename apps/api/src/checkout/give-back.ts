import { noCheckpoint } from "../inventory/checkpoint.ts";
import type { StockChange } from "../inventory/units.ts";
import { findOwnOrder, refusalFor } from "./find-order.ts";
import { record } from "./ledger.ts";
import type { OrderView } from "./order-view.ts";
import type { Shop } from "./shop.ts";

/**
 * Cancels the buyer's reservation and gives its units back. Cancelling twice is the same as once.
 * @throws ShopError ORDER_NOT_FOUND, ALREADY_PAID, PAYMENT_IN_PROGRESS or ORDER_EXPIRED.
 */
export async function cancelOrder(shop: Shop, buyerId: string, orderId: string): Promise<OrderView> {
  const order = await findOwnOrder(shop, buyerId, orderId);
  if (order.status === "cancelled") return order;
  if (order.status !== "reserved") throw refusalFor(order.status);
  await giveBack(shop, order, "cancellation");
  const after = await findOwnOrder(shop, buyerId, orderId);
  if (after.status !== "cancelled") throw refusalFor(after.status);
  return after;
}

/**
 * Ends a reservation and returns its units, in one transaction under the order's own strategy. An order that is no longer
 * reserved, or, for an expiry, not yet due, is left as it is: false.
 */
export async function giveBack(
  shop: Shop,
  order: { id: string; strategy: string; lines: { sku: string; unitNumbers: number[] }[] },
  reason: "cancellation" | "expiry",
): Promise<boolean> {
  const strategy = shop.strategy(order.strategy);
  const lines = [...order.lines].sort((a, b) => (a.sku < b.sku ? -1 : 1));
  const skus = lines.map((line) => line.sku);
  return strategy.change(skus, noCheckpoint, async ({ tx, giveBack: returnUnits }) => {
    const ended =
      reason === "cancellation"
        ? await tx.$executeRaw`
            UPDATE orders SET status = 'cancelled' WHERE id = ${order.id}::uuid AND status = 'reserved'`
        : await tx.$executeRaw`
            UPDATE orders SET status = 'expired'
             WHERE id = ${order.id}::uuid AND status = 'reserved' AND expires_at <= now()`;
    if (ended === 0) return false;
    const changes: StockChange[] = [];
    for (const { sku, unitNumbers } of lines) changes.push(await returnUnits({ sku, unitNumbers }));
    const context = { orderId: order.id, strategy: order.strategy, replica: shop.replica, reason };
    await record(tx, changes, context);
    return true;
  });
}
