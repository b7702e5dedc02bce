import type { Order } from "@last-unit/prisma";
import { ShopError } from "../errors.ts";
import { type OrderRow, type OrderView, orderColumns, viewOrder } from "./order-view.ts";
import type { Shop } from "./shop.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ORDERS_SHOWN = 100;

export const isOrderId = (text: string) => UUID.test(text);

/** @throws ShopError ORDER_NOT_FOUND for an unknown order and for somebody else's: the two look the same. */
export async function findOwnOrder(shop: Pick<Shop, "database">, buyerId: string, orderId: string): Promise<OrderView> {
  const [order] = isOrderId(orderId)
    ? await shop.database.$queryRaw<OrderRow[]>`
        SELECT ${orderColumns} FROM orders WHERE id = ${orderId}::uuid AND buyer_id = ${buyerId}::uuid`
    : [];
  if (!order) throw new ShopError("ORDER_NOT_FOUND", "There is no such order among yours.");
  return viewOrder(order);
}

/** The buyer's latest orders, newest first, at most a hundred. */
export async function listOwnOrders(shop: Pick<Shop, "database">, buyerId: string): Promise<OrderView[]> {
  const orders = await shop.database.$queryRaw<OrderRow[]>`
    SELECT ${orderColumns} FROM orders
     WHERE buyer_id = ${buyerId}::uuid ORDER BY created_at DESC LIMIT ${ORDERS_SHOWN}`;
  return orders.map(viewOrder);
}

/** Why an order in this status can be neither paid nor cancelled. */
export function refusalFor(status: Order["status"]): ShopError {
  switch (status) {
    case "paid":
      return new ShopError("ALREADY_PAID", "This order is paid.");
    case "cancelled":
      return new ShopError("ORDER_CANCELLED", "This order was cancelled; its units went back on sale.");
    case "expired":
    case "reserved":
      return new ShopError("ORDER_EXPIRED", "The reservation ran out; its units went back on sale.");
    case "paying":
      return new ShopError("PAYMENT_IN_PROGRESS", "A payment for this order is under way. Ask for the order again.");
  }
}
