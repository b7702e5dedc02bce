import { sideBySide } from "../side-by-side.ts";
import type { Turn } from "../sweeper.ts";
import { chargeKey, finishPayment } from "./pay-order.ts";
import { isItsTurn, putOff } from "./put-off.ts";
import type { Shop } from "./shop.ts";

const BATCH = 50;
const ASKED_AT_ONCE = 10;

/**
 * Asks the provider about payments without a result, because the replica crashed or the provider was slow. This never
 * charges a card: if the provider has no record of a charge, asking voids it. A payment that is still pending is
 * postponed, so that it does not block later ones.
 */
export async function reconcilePayments(shop: Shop, { signal, done, failed }: Partial<Turn> = {}): Promise<void> {
  // Twice the timeout of a charge: before that, the replica that sent it may still receive the result.
  const overdue = await shop.database.$queryRaw<{ id: string; paymentAttempt: number }[]>`
    SELECT id, payment_attempt AS "paymentAttempt" FROM orders
     WHERE status = 'paying' AND paying_since < now() - ${shop.paymentTimeoutMs * 2} * interval '1 millisecond'
       AND ${isItsTurn}
     ORDER BY paying_since LIMIT ${BATCH}`;
  const failures: unknown[] = [];
  await sideBySide(overdue, ASKED_AT_ONCE, async ({ id, paymentAttempt }) => {
    if (signal?.aborted) return;
    try {
      const key = chargeKey(id, paymentAttempt);
      const state = await shop.provider.settle(key, AbortSignal.timeout(shop.paymentTimeoutMs));
      if (state === "pending" || state === "unknown") {
        await putOff(shop.database, id);
        return;
      }
      await finishPayment(shop, id, paymentAttempt, state === "succeeded" ? "paid" : "reserved");
      done?.(1);
    } catch (error) {
      failures.push(error);
      await putOff(shop.database, id).catch((cause: unknown) => failures.push(cause));
    }
  });
  if (failures.length > 0)
    failed?.(new AggregateError(failures, `${failures.length} payments could not be settled yet.`));
}
