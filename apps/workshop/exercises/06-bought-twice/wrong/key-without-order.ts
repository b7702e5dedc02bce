import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Looks right: the key is claimed in the order's transaction. But a retry is told sold out instead of its order.
export async function checkout({ db }: Clients, { buyerId, items, idempotencyKey }: CheckoutRequest): Promise<Answer> {
  const client = await db.connect();
  try {
    await client.query("BEGIN");
    const claim = "INSERT INTO idempotency_keys (key) VALUES ($1) ON CONFLICT DO NOTHING";
    const { rowCount: claimed } = await client.query(claim, [idempotencyKey]);
    if (claimed === 0) {
      await client.query("ROLLBACK");
      return { outcome: "sold-out" };
    }
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
    return { outcome: "reserved", orderId: rows[0].id };
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}
