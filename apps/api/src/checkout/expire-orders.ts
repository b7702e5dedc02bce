import { giveBack } from "./give-back.ts";
import type { Shop } from "./shop.ts";

const BATCH = 100;

/** Gives back the units of up to a hundred reservations that ran out, oldest first. Returns how many. */
export async function expireOrders(shop: Shop): Promise<number> {
  const due = await shop.database.$queryRaw<{ id: string }[]>`
    SELECT id FROM orders WHERE status = 'reserved' AND expires_at <= now() ORDER BY expires_at LIMIT ${BATCH}`;
  const orders = await shop.database.order.findMany({
    where: { id: { in: due.map((order) => order.id) } },
    include: { lines: true },
  });
  let expired = 0;
  for (const order of orders) if (await giveBack(shop, order, "expiry")) expired += 1;
  return expired;
}
