import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Looks right: BEGIN, a row lock, COMMIT. But each call of the pool may use another connection.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  await db.query("BEGIN");
  for (const { sku, quantity } of items) {
    const { rows } = await db.query("SELECT stock FROM stock WHERE sku = $1 FOR UPDATE", [sku]);
    const left = rows[0].stock - quantity;
    if (left < 0) {
      await db.query("ROLLBACK");
      return { outcome: "sold-out" };
    }
    await db.query("UPDATE stock SET stock = $2 WHERE sku = $1", [sku, left]);
  }
  const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
  const { rows } = await db.query(insert, [buyerId, JSON.stringify(items)]);
  await db.query("COMMIT");
  return { outcome: "reserved", orderId: rows[0].id };
}
