import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Looks right: nothing is committed. But the connection goes back to the pool in the middle of its transaction.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const client = await db.connect();
  try {
    await client.query("BEGIN");
    for (const { sku, quantity } of items) {
      const update = "UPDATE stock SET stock = stock - $2 WHERE sku = $1 AND stock >= $2";
      const { rowCount } = await client.query(update, [sku, quantity]);
      if (rowCount === 0) {
        return { outcome: "sold-out" };
      }
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
