import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// The row lock makes the twin wait, and the key is looked for after that.
export async function checkout({ db }: Clients, { buyerId, items, idempotencyKey }: CheckoutRequest): Promise<Answer> {
  const client = await db.connect();
  try {
    await client.query("BEGIN");
    const locked = await client.query("SELECT stock FROM stock WHERE sku = $1 FOR UPDATE", [items[0]?.sku]);
    const earlier = await client.query("SELECT order_id FROM idempotency_keys WHERE key = $1", [idempotencyKey]);
    if (earlier.rows.length > 0) {
      await client.query("COMMIT");
      return { outcome: "reserved", orderId: earlier.rows[0].order_id };
    }
    const left = locked.rows[0].stock - (items[0]?.quantity ?? 0);
    if (left < 0) {
      await client.query("ROLLBACK");
      return { outcome: "sold-out" };
    }
    await client.query("UPDATE stock SET stock = $2 WHERE sku = $1", [items[0]?.sku, left]);
    const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
    const { rows } = await client.query(insert, [buyerId, JSON.stringify(items)]);
    const store = "INSERT INTO idempotency_keys (key, order_id) VALUES ($1, $2)";
    await client.query(store, [idempotencyKey, rows[0].id]);
    await client.query("COMMIT");
    return { outcome: "reserved", orderId: rows[0].id };
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}
