import { giveBack } from "./give-back.ts";
import type { Shop } from "./shop.ts";

const BATCH = 100;

/**
 * Gives back the units of up to a hundred reservations that ran out, oldest first. Returns how many. One that cannot be
 * ended now does not keep the others waiting.
 * @throws AggregateError of those that have to be tried again.
 */
export async function expireOrders(shop: Shop): Promise<number> {
  const due = await shop.database.$queryRaw<{ id: string }[]>`
    SELECT id FROM orders WHERE status = 'reserved' AND expires_at <= now() ORDER BY expires_at LIMIT ${BATCH}`;
  const orders = await shop.database.order.findMany({
    where: { id: { in: due.map((order) => order.id) } },
    include: { lines: true },
  });
  const failures: unknown[] = [];
  let expired = 0;
  for (const order of orders) {
    try {
      if (await giveBack(shop, order, "expiry")) expired += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} reservations could not be ended yet.`);
  return expired;
}
