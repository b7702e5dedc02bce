import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Locks and checks every line before it writes the first one.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const client = await db.connect();
  try {
    await client.query("BEGIN");
    for (const { sku, quantity } of items) {
      const { rows } = await client.query("SELECT stock FROM stock WHERE sku = $1 FOR UPDATE", [sku]);
      if (rows[0].stock < quantity) {
        await client.query("ROLLBACK");
        return { outcome: "sold-out" };
      }
    }
    for (const { sku, quantity } of items) {
      await client.query("UPDATE stock SET stock = stock - $2 WHERE sku = $1", [sku, quantity]);
    }
    const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
    const { rows } = await client.query(insert, [buyerId, JSON.stringify(items)]);
    await client.query("COMMIT");
    return { outcome: "reserved", orderId: rows[0].id };
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}
