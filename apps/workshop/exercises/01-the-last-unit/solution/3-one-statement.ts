import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Update and order in one statement: one round trip, and it happens completely or not at all.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const [line] = items;
  const { rows } = await db.query(
    `WITH taken AS (UPDATE stock SET stock = stock - $2 WHERE sku = $1 AND stock >= $2 RETURNING sku)
     INSERT INTO orders (buyer_id, items) SELECT $3, $4 FROM taken RETURNING id`,
    [line?.sku, line?.quantity, buyerId, JSON.stringify(items)],
  );
  return rows.length === 0 ? { outcome: "sold-out" } : { outcome: "reserved", orderId: rows[0].id };
}
