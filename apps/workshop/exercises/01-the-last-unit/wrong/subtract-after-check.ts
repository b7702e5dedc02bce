import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Looks right: the subtraction is atomic. But the check was made earlier, on a stock that has changed since.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  for (const { sku, quantity } of items) {
    const { rows } = await db.query("SELECT stock FROM stock WHERE sku = $1", [sku]);
    if (rows[0].stock < quantity) return { outcome: "sold-out" };
    await db.query("UPDATE stock SET stock = stock - $2 WHERE sku = $1", [sku, quantity]);
  }
  const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
  const { rows } = await db.query(insert, [buyerId, JSON.stringify(items)]);
  return { outcome: "reserved", orderId: rows[0].id };
}
