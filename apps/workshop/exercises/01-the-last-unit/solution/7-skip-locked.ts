import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// A locked row is skipped instead of waited for. "Skipped" is not "sold out", so we come back later.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const [line] = items;
  const client = await db.connect();
  try {
    for (;;) {
      await client.query("BEGIN");
      const read = "SELECT stock FROM stock WHERE sku = $1 FOR UPDATE SKIP LOCKED";
      const { rows } = await client.query(read, [line?.sku]);
      const left = rows[0]?.stock - (line?.quantity ?? 0);
      if (left >= 0) {
        await client.query("UPDATE stock SET stock = $2 WHERE sku = $1", [line?.sku, left]);
        const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
        const order = await client.query(insert, [buyerId, JSON.stringify(items)]);
        await client.query("COMMIT");
        return { outcome: "reserved", orderId: order.rows[0].id };
      }
      await client.query("ROLLBACK");
      if (rows.length > 0) return { outcome: "sold-out" };
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } finally {
    client.release();
  }
}
