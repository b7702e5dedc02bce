import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Looks right: look again after writing. But both buyers write the same number, so nothing looks wrong afterwards.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  for (const { sku, quantity } of items) {
    const before = await db.query("SELECT stock FROM stock WHERE sku = $1", [sku]);
    const left = before.rows[0].stock - quantity;
    if (left < 0) return { outcome: "sold-out" };
    await db.query("UPDATE stock SET stock = $2 WHERE sku = $1", [sku, left]);
    const after = await db.query("SELECT stock FROM stock WHERE sku = $1", [sku]);
    if (after.rows[0].stock < 0) {
      await db.query("UPDATE stock SET stock = stock + $2 WHERE sku = $1", [sku, quantity]);
      return { outcome: "sold-out" };
    }
  }
  const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
  const { rows } = await db.query(insert, [buyerId, JSON.stringify(items)]);
  return { outcome: "reserved", orderId: rows[0].id };
}
