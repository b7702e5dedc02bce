import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// PostgreSQL locks the rows in the sequence of ORDER BY.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const client = await db.connect();
  try {
    await client.query("BEGIN");
    const lock = "SELECT sku, stock FROM stock WHERE sku = ANY($1) ORDER BY sku FOR UPDATE";
    const locked = await client.query(lock, [items.map(({ sku }) => sku)]);
    const left = new Map(locked.rows.map(({ sku, stock }) => [sku, stock]));
    if (items.some(({ sku, quantity }) => left.get(sku) < quantity)) {
      await client.query("ROLLBACK");
      return { outcome: "sold-out" };
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
