import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Looks right: reads again. But inside one REPEATABLE READ transaction every read sees the same snapshot.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const [line] = items;
  const client = await db.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    for (;;) {
      const { rows } = await client.query("SELECT stock FROM stock WHERE sku = $1", [line?.sku]);
      const read = rows[0].stock;
      const left = read - (line?.quantity ?? 0);
      if (left < 0) {
        await client.query("COMMIT");
        return { outcome: "sold-out" };
      }
      const update = "UPDATE stock SET stock = $3 WHERE sku = $1 AND stock = $2";
      const { rowCount } = await client.query(update, [line?.sku, read, left]);
      if (rowCount === 1) break;
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
