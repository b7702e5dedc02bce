import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Each line is taken by a safe statement.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  for (const { sku, quantity } of items) {
    const update = "UPDATE stock SET stock = stock - $2 WHERE sku = $1 AND stock >= $2";
    const { rowCount } = await db.query(update, [sku, quantity]);
    if (rowCount === 0) return { outcome: "sold-out" };
  }
  const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
  const { rows } = await db.query(insert, [buyerId, JSON.stringify(items)]);
  return { outcome: "reserved", orderId: rows[0].id };
}
