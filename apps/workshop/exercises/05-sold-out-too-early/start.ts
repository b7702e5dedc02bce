import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Compare and set. Each cart has one line in this exercise.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const [line] = items;
  const { rows } = await db.query("SELECT stock FROM stock WHERE sku = $1", [line?.sku]);
  const read = rows[0].stock;
  const left = read - (line?.quantity ?? 0);
  if (left < 0) return { outcome: "sold-out" };
  const order = await db.query(
    `WITH taken AS (UPDATE stock SET stock = $3 WHERE sku = $1 AND stock = $2 RETURNING sku)
     INSERT INTO orders (buyer_id, items) SELECT $4, $5 FROM taken RETURNING id`,
    [line?.sku, read, left, buyerId, JSON.stringify(items)],
  );
  if (order.rows.length === 0) return { outcome: "sold-out" };
  return { outcome: "reserved", orderId: order.rows[0].id };
}
