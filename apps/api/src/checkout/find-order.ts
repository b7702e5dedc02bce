import { ShopError } from "../errors.ts";
import type { OrderView } from "./order.ts";
import { type OrderRow, orderColumns, viewOrder } from "./orders-table.ts";
import type { Shop } from "./shop.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ORDERS_SHOWN = 100;

export const isOrderId = (text: string) => UUID.test(text);

/**
 * @throws ShopError ORDER_NOT_FOUND if the order does not exist or belongs to another buyer; the caller cannot tell
 * which.
 */
export const findOwnOrder = async (...args: Parameters<typeof findOwnRow>) => viewOrder(await findOwnRow(...args));

/** As `findOwnOrder`, with what the buyer is not shown. */
export async function findOwnRow(shop: Pick<Shop, "database">, buyerId: string, orderId: string): Promise<OrderRow> {
  const [order] = isOrderId(orderId)
    ? await shop.database.$queryRaw<OrderRow[]>`
        SELECT ${orderColumns} FROM orders WHERE id = ${orderId}::uuid AND buyer_id = ${buyerId}::uuid`
    : [];
  if (!order) throw new ShopError("ORDER_NOT_FOUND", "There is no such order among yours.");
  return order;
}

/** The buyer's latest orders, newest first, at most `ORDERS_SHOWN`. */
export async function listOwnOrders(shop: Pick<Shop, "database">, buyerId: string): Promise<OrderView[]> {
  const orders = await shop.database.$queryRaw<OrderRow[]>`
    SELECT ${orderColumns} FROM orders
     WHERE buyer_id = ${buyerId}::uuid ORDER BY created_at DESC LIMIT ${ORDERS_SHOWN}`;
  return orders.map(viewOrder);
}

/** Why the order could be neither paid nor cancelled a moment ago. */
export function refusalFor({ status, expiresAt }: OrderView, wallTimeMs: number): ShopError {
  switch (status) {
    case "paid":
      return new ShopError("ALREADY_PAID", "This order is paid.");
    case "cancelled":
      return new ShopError("ORDER_CANCELLED", "This order was cancelled; its units went back on sale.");
    case "reserved":
      // It can be by now: the payment that was under way has been declined.
      if (Date.parse(expiresAt) > wallTimeMs) return paymentInProgress();
      return expired();
    case "expired":
      return expired();
    case "paying":
      return paymentInProgress();
  }
}

const expired = () => new ShopError("ORDER_EXPIRED", "The reservation ran out; its units went back on sale.");

const paymentInProgress = () =>
  new ShopError("PAYMENT_IN_PROGRESS", "A payment for this order is under way. Ask for the order again.");
