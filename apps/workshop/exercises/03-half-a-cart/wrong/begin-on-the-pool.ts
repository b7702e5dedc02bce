import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Looks right: BEGIN and ROLLBACK. But each call of the pool may use another connection.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  await db.query("BEGIN");
  for (const { sku, quantity } of items) {
    const update = "UPDATE stock SET stock = stock - $2 WHERE sku = $1 AND stock >= $2";
    const { rowCount } = await db.query(update, [sku, quantity]);
    if (rowCount === 0) {
      await db.query("ROLLBACK");
      return { outcome: "sold-out" };
    }
  }
  const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
  const { rows } = await db.query(insert, [buyerId, JSON.stringify(items)]);
  await db.query("COMMIT");
  return { outcome: "reserved", orderId: rows[0].id };
}
