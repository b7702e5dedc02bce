import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Does not wait for the row, but comes back until it is free.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const client = await db.connect();
  try {
    for (;;) {
      try {
        await client.query("BEGIN");
        for (const { sku, quantity } of items) {
          const { rows } = await client.query("SELECT stock FROM stock WHERE sku = $1 FOR UPDATE NOWAIT", [sku]);
          if (rows[0].stock < quantity) {
            await client.query("ROLLBACK");
            return { outcome: "sold-out" };
          }
          await client.query("UPDATE stock SET stock = stock - $2 WHERE sku = $1", [sku, quantity]);
        }
        const insert = "INSERT INTO orders (buyer_id, items) VALUES ($1, $2) RETURNING id";
        const { rows } = await client.query(insert, [buyerId, JSON.stringify(items)]);
        await client.query("COMMIT");
        return { outcome: "reserved", orderId: rows[0].id };
      } catch (error) {
        await client.query("ROLLBACK");
        // lock_not_available
        if ((error as { code?: string }).code !== "55P03") throw error;
        await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 10));
      }
    }
  } finally {
    client.release();
  }
}
