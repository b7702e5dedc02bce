import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Looks right: what was taken is given back. But meanwhile others are refused, and a crash keeps it.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const taken: { sku: string; quantity: number }[] = [];
  for (const { sku, quantity } of items) {
    const update = "UPDATE stock SET stock = stock - $2 WHERE sku = $1 AND stock >= $2";
    const { rowCount } = await db.query(update, [sku, quantity]);
    if (rowCount === 1) taken.push({ sku, quantity });
    else {
      for (const line of taken) {
        await db.query("UPDATE stock SET stock = stock + $2 WHERE sku = $1", [line.sku, line.quantity]);
      }
      return { outcome: "sold-out" };
    }
  }
  const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
  const { rows } = await db.query(insert, [buyerId, JSON.stringify(items)]);
  return { outcome: "reserved", orderId: rows[0].id };
}
