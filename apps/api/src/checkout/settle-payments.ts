import { chargeKey, finishPayment } from "./pay-order.ts";
import type { Shop } from "./shop.ts";

const BATCH = 50;

/**
 * Asks the provider about payments whose answer never arrived: the buyer's replica crashed, or the provider was slow.
 * Nothing is charged here; a charge that the provider never saw is voided by the question. Returns how many were settled.
 */
export async function settlePayments(shop: Shop): Promise<number> {
  // Twice the time that a replica waits: until then the one that asked may still get its answer.
  const overdue = await shop.database.$queryRaw<{ id: string; paymentAttempt: number }[]>`
    SELECT id, payment_attempt AS "paymentAttempt" FROM orders
     WHERE status = 'paying' AND paying_since < now() - ${shop.paymentTimeoutMs * 2} * interval '1 millisecond'
     ORDER BY paying_since LIMIT ${BATCH}`;
  let settled = 0;
  for (const { id, paymentAttempt } of overdue) {
    const state = await shop.provider.settle(chargeKey(id, paymentAttempt));
    if (state === "pending" || state === "unknown") continue;
    await finishPayment(shop, id, paymentAttempt, state === "succeeded" ? "paid" : "reserved");
    settled += 1;
  }
  return settled;
}
