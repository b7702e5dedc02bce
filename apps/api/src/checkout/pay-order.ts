import type { Order } from "@last-unit/prisma";
import { ShopError } from "../errors.ts";
import { findOwnOrder, isOrderId, refusalFor } from "./find-order.ts";
import type { OrderView } from "./order.ts";
import { type OrderRow, orderColumns, viewOrder } from "./orders-table.ts";
import type { Shop } from "./shop.ts";

/**
 * Pays a reservation in three steps. First the order's status becomes `paying`, so that the expiry job skips it. Then the
 * provider is asked to charge the card, without a lock or an open transaction. Then the result is written. If the replica
 * crashes before the last step, the order stays in `paying` until `reconcilePayments` finds it.
 *
 * Resolves to an order that is `paid`, or still `paying` if the provider did not answer in time.
 * @throws ShopError ORDER_NOT_FOUND, ALREADY_PAID, ORDER_CANCELLED, ORDER_EXPIRED, PAYMENT_IN_PROGRESS, PAYMENT_DECLINED.
 */
export async function payOrder(shop: Shop, buyerId: string, orderId: string, card: string): Promise<OrderView> {
  const begun = isOrderId(orderId) ? await beginPayment(shop, buyerId, orderId) : undefined;
  if (!begun) throw refusalFor(await findOwnOrder(shop, buyerId, orderId), shop.wallTimeMs());

  const answer = await askProvider(shop, orderId, begun, card);
  if (answer === "declined") {
    await finishPayment(shop, orderId, begun.paymentAttempt, "reserved");
    throw new ShopError("PAYMENT_DECLINED", "The card was declined. Nothing was charged; try another one.");
  }
  const paid = answer === "succeeded" && (await finishPayment(shop, orderId, begun.paymentAttempt, "paid"));
  return paid || findOwnOrder(shop, buyerId, orderId);
}

/** Resolves to undefined if the buyer has no such order, or if it cannot be paid now. */
async function beginPayment(
  shop: Shop,
  buyerId: string,
  orderId: string,
): Promise<{ paymentAttempt: number; totalCents: number } | undefined> {
  const [begun] = await shop.database.$queryRaw<{ paymentAttempt: number; totalCents: number }[]>`
    UPDATE orders SET status = 'paying', paying_since = now(), next_attempt_at = NULL,
           payment_attempt = payment_attempt + 1
     WHERE id = ${orderId}::uuid AND buyer_id = ${buyerId}::uuid AND status = 'reserved' AND expires_at > now()
    RETURNING payment_attempt AS "paymentAttempt", total_cents AS "totalCents"`;
  return begun;
}

/**
 * The provider's idempotency key. It includes the attempt: paying again after a declined card is a new charge, a retry
 * of the same attempt is not.
 */
export const chargeKey = (orderId: string, attempt: number) => `${orderId}:${attempt}`;

/**
 * Writes the result of a payment and resolves to the order, or to undefined if another process has already written it. An
 * order whose payment failed becomes `reserved` again.
 */
export async function finishPayment(
  shop: Pick<Shop, "database">,
  orderId: string,
  attempt: number,
  status: Extract<Order["status"], "paid" | "reserved">,
): Promise<OrderView | undefined> {
  const [order] = await shop.database.$queryRaw<OrderRow[]>`
    UPDATE orders SET status = ${status}::order_status, paying_since = NULL, next_attempt_at = NULL
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
  } catch (error) {
    // Only the provider knows whether it charged the card. The order stays in `paying` until `reconcilePayments` has
    // asked. A timeout is expected; a wrong address or a refused credential needs a person.
    if (!signal.aborted) shop.report?.(error);
    return "no answer";
  }
}
