import { Prisma } from "@last-unit/prisma";
import type { Database } from "../db/client.ts";

/** A condition: the background jobs may process the order now. For a statement whose table is called `orders`. */
export const isItsTurn = Prisma.sql`(orders.next_attempt_at IS NULL OR orders.next_attempt_at <= now())`;

/**
 * Postpones an order whose expiry or payment could not be settled, by a quarter of the time for which it has been overdue,
 * but by at least half a second and at most half a minute. The time is stored in the row, so that all replicas respect it.
 */
export async function putOff(database: Database, orderId: string): Promise<void> {
  await database.$executeRaw`
    UPDATE orders
       SET next_attempt_at = now() + least(greatest((now() - coalesce(paying_since, expires_at)) / 4,
                                                    interval '500 milliseconds'), interval '30 seconds')
     WHERE id = ${orderId}::uuid`;
}
