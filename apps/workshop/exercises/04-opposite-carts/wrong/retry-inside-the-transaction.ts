import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Looks right: the failed statement is repeated. But after an error the transaction accepts nothing but ROLLBACK.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const client = await db.connect();
  const take = (sku: string, quantity: number) =>
    client.query("UPDATE stock SET stock = stock - $2 WHERE sku = $1 AND stock >= $2", [sku, quantity]);
  try {
    await client.query("BEGIN");
    for (const { sku, quantity } of items) {
      const { rowCount } = await take(sku, quantity).catch((error) => {
        if (error.code !== "40P01") throw error;
        return take(sku, quantity);
      });
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
