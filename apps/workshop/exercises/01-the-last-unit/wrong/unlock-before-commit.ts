import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Looks right: a lock around it all. But it is released before the commit, and the next buyer reads the old stock.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const [line] = items;
  const client = await db.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", [line?.sku]);
    try {
      const { rows } = await client.query("SELECT stock FROM stock WHERE sku = $1", [line?.sku]);
      const left = rows[0].stock - (line?.quantity ?? 0);
      if (left < 0) return { outcome: "sold-out" };
      await client.query("UPDATE stock SET stock = $2 WHERE sku = $1", [line?.sku, left]);
    } finally {
      await client.query("SELECT pg_advisory_unlock(hashtextextended($1, 0))", [line?.sku]);
    }
    const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
    const { rows } = await client.query(insert, [buyerId, JSON.stringify(items)]);
    return { outcome: "reserved", orderId: rows[0].id };
  } finally {
    await client.query("COMMIT");
    client.release();
  }
}
