import type { Order, OrderLine } from "@last-unit/prisma";
import { ShopError } from "../errors.ts";
import { type OrderView, viewOrder } from "./order-view.ts";
import type { Shop } from "./shop.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ORDERS_SHOWN = 100;

/** @throws ShopError ORDER_NOT_FOUND for an unknown order and for somebody else's: the two look the same. */
export async function findOwnOrder(
  shop: Pick<Shop, "database">,
  buyerId: string,
  orderId: string,
): Promise<Order & { lines: OrderLine[] }> {
  const order = UUID.test(orderId)
    ? await shop.database.order.findFirst({ where: { id: orderId, buyerId }, include: { lines: true } })
    : null;
  if (!order) throw new ShopError("ORDER_NOT_FOUND", "There is no such order among yours.");
  return order;
}

/** The buyer's latest orders, newest first, at most a hundred. */
export async function listOwnOrders(shop: Pick<Shop, "database">, buyerId: string): Promise<OrderView[]> {
  const orders = await shop.database.order.findMany({
    where: { buyerId },
    include: { lines: true },
    orderBy: { createdAt: "desc" },
    take: ORDERS_SHOWN,
  });
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
