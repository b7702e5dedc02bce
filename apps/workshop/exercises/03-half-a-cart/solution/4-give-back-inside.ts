import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Gives back by hand, but inside the transaction: nobody can see the moment in between.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const client = await db.connect();
  try {
    await client.query("BEGIN");
    const taken: { sku: string; quantity: number }[] = [];
    for (const { sku, quantity } of items) {
      const update = "UPDATE stock SET stock = stock - $2 WHERE sku = $1 AND stock >= $2";
      const { rowCount } = await client.query(update, [sku, quantity]);
      if (rowCount === 1) taken.push({ sku, quantity });
      else {
        for (const { sku, quantity } of taken) {
          await client.query("UPDATE stock SET stock = stock + $2 WHERE sku = $1", [sku, quantity]);
        }
        await client.query("COMMIT");
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
