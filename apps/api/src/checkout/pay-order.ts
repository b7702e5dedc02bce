import type { Order } from "@last-unit/prisma";
import { ShopError } from "../errors.ts";
import { findOwnOrder, isOrderId, refusalFor } from "./find-order.ts";
import { type OrderRow, type OrderView, orderColumns, viewOrder } from "./order-view.ts";
import type { Shop } from "./shop.ts";

/**
 * Pays a reservation. The order is marked as being paid first, so that the sweeper leaves it alone; then the provider is
 * asked, with no lock and no transaction open; then the answer is written down. Whoever crashes between the last two
 * leaves an order in `paying`, which `settlePayments` finds.
 *
 * Resolves to an order that is `paid`, or still `paying` when the provider did not answer in time.
 * @throws ShopError ORDER_NOT_FOUND, ALREADY_PAID, ORDER_CANCELLED, ORDER_EXPIRED, PAYMENT_IN_PROGRESS, PAYMENT_DECLINED.
 */
export async function payOrder(shop: Shop, buyerId: string, orderId: string, card: string): Promise<OrderView> {
  const begun = isOrderId(orderId) ? await beginPayment(shop, buyerId, orderId) : undefined;
  if (!begun) throw refusalFor((await findOwnOrder(shop, buyerId, orderId)).status);

  const answer = await askProvider(shop, orderId, begun, card);
  if (answer === "declined") {
    await finishPayment(shop, orderId, begun.paymentAttempt, "reserved");
    throw new ShopError("PAYMENT_DECLINED", "The card was declined. Nothing was charged; try another one.");
  }
  const paid = answer === "succeeded" && (await finishPayment(shop, orderId, begun.paymentAttempt, "paid"));
  return paid || findOwnOrder(shop, buyerId, orderId);
}

/** Undefined when the buyer has no such order, or none that can be paid now. */
async function beginPayment(
  shop: Shop,
  buyerId: string,
  orderId: string,
): Promise<{ paymentAttempt: number; totalCents: number } | undefined> {
  const [begun] = await shop.database.$queryRaw<{ paymentAttempt: number; totalCents: number }[]>`
    UPDATE orders SET status = 'paying', paying_since = now(), payment_attempt = payment_attempt + 1
     WHERE id = ${orderId}::uuid AND buyer_id = ${buyerId}::uuid AND status = 'reserved' AND expires_at > now()
    RETURNING payment_attempt AS "paymentAttempt", total_cents AS "totalCents"`;
  return begun;
}

/** An attempt is the provider's idempotency key: a retry after a refusal is a new charge, a repeated question is not. */
export const chargeKey = (orderId: string, attempt: number) => `${orderId}:${attempt}`;

/**
 * Writes the end of a payment down, and resolves to the order; undefined when somebody else did. A refused order goes back
 * to its reservation.
 */
export async function finishPayment(
  shop: Pick<Shop, "database">,
  orderId: string,
  attempt: number,
  status: Extract<Order["status"], "paid" | "reserved">,
): Promise<OrderView | undefined> {
  const [order] = await shop.database.$queryRaw<OrderRow[]>`
    UPDATE orders SET status = ${status}::order_status, paying_since = NULL
     WHERE id = ${orderId}::uuid AND status = 'paying' AND payment_attempt = ${attempt}
    RETURNING ${orderColumns}`;
  return order && viewOrder(order);
}

async function askProvider(
  shop: Shop,
  orderId: string,
  { paymentAttempt, totalCents }: { paymentAttempt: number; totalCents: number },
  card: string,
): Promise<"succeeded" | "declined" | "no answer"> {
  const signal = AbortSignal.timeout(shop.paymentTimeoutMs);
  const idempotencyKey = chargeKey(orderId, paymentAttempt);
  try {
    return await shop.provider.charge({ idempotencyKey, amountCents: totalCents, card, signal });
  } catch {
    // Charged or not: only the provider knows. The order stays in `paying` until it has been asked.
    return "no answer";
  }
}
