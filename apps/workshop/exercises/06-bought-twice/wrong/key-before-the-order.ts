import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Looks right: the key is claimed first, so nobody buys twice. But after a crash nobody buys at all.
export async function checkout({ db }: Clients, { buyerId, items, idempotencyKey }: CheckoutRequest): Promise<Answer> {
  const claim = "INSERT INTO idempotency_keys (key) VALUES ($1) ON CONFLICT DO NOTHING";
  const { rowCount: claimed } = await db.query(claim, [idempotencyKey]);
  if (claimed === 0) {
    for (;;) {
      const { rows } = await db.query("SELECT order_id FROM idempotency_keys WHERE key = $1", [idempotencyKey]);
      if (rows[0]?.order_id) return { outcome: "reserved", orderId: rows[0].order_id };
      // Its twin is still at work.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
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
    await client.query("UPDATE idempotency_keys SET order_id = $2 WHERE key = $1", [idempotencyKey, rows[0].id]);
    await client.query("COMMIT");
    return { outcome: "reserved", orderId: rows[0].id };
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}
