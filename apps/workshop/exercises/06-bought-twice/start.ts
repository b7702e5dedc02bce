import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Looks for an earlier order of this key, and stores the key when the order is committed.
export async function checkout({ db }: Clients, { buyerId, items, idempotencyKey }: CheckoutRequest): Promise<Answer> {
  const earlier = await db.query("SELECT order_id FROM idempotency_keys WHERE key = $1", [idempotencyKey]);
  if (earlier.rows.length > 0) return { outcome: "reserved", orderId: earlier.rows[0].order_id };
  const client = await db.connect();
  try {
    await client.query("BEGIN");
    for (const { sku, quantity } of items) {
      const update = "UPDATE stock SET stock = stock - $2 WHERE sku = $1 AND stock >= $2";
      const { rowCount } = await client.query(update, [sku, quantity]);
      if (rowCount === 0) {
        await client.query("ROLLBACK");
        return { outcome: "sold-out" };
      }
    }
    const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
    const { rows } = await client.query(insert, [buyerId, JSON.stringify(items)]);
    await client.query("COMMIT");
    const store = "INSERT INTO idempotency_keys (key, order_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    await client.query(store, [idempotencyKey, rows[0].id]);
    return { outcome: "reserved", orderId: rows[0].id };
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}
