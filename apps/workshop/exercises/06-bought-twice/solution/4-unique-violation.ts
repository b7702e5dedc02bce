import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// The key comes last. Whoever fails at it, or finds no stock, looks for the order that its twin may have made.
export async function checkout({ db }: Clients, { buyerId, items, idempotencyKey }: CheckoutRequest): Promise<Answer> {
  const client = await db.connect();
  const earlierOr = async (otherwise: Answer): Promise<Answer> => {
    const { rows } = await client.query("SELECT order_id FROM idempotency_keys WHERE key = $1", [idempotencyKey]);
    return rows.length > 0 ? { outcome: "reserved", orderId: rows[0].order_id } : otherwise;
  };
  try {
    await client.query("BEGIN");
    for (const { sku, quantity } of items) {
      const update = "UPDATE stock SET stock = stock - $2 WHERE sku = $1 AND stock >= $2";
      const { rowCount } = await client.query(update, [sku, quantity]);
      if (rowCount === 0) {
        await client.query("ROLLBACK");
        return await earlierOr({ outcome: "sold-out" });
      }
    }
    const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
    const { rows } = await client.query(insert, [buyerId, JSON.stringify(items)]);
    const store = "INSERT INTO idempotency_keys (key, order_id) VALUES ($1, $2)";
    await client.query(store, [idempotencyKey, rows[0].id]);
    await client.query("COMMIT");
    return { outcome: "reserved", orderId: rows[0].id };
  } catch (error) {
    await client.query("ROLLBACK");
    if ((error as { code?: string }).code !== "23505") throw error;
    return await earlierOr({ outcome: "sold-out" });
  } finally {
    client.release();
  }
}
