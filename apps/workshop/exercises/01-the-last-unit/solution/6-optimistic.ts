import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// Compare and set: the update finds the row only if nobody has changed it since we read it. Otherwise we read again.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const [line] = items;
  for (;;) {
    const { rows } = await db.query("SELECT stock FROM stock WHERE sku = $1", [line?.sku]);
    const read = rows[0].stock;
    const left = read - (line?.quantity ?? 0);
    if (left < 0) return { outcome: "sold-out" };
    const order = await db.query(
      `WITH taken AS (UPDATE stock SET stock = $3 WHERE sku = $1 AND stock = $2 RETURNING sku)
       INSERT INTO orders (buyer_id, items) SELECT $4, $5 FROM taken RETURNING id`,
      [line?.sku, read, left, buyerId, JSON.stringify(items)],
    );
    if (order.rows.length > 0) return { outcome: "reserved", orderId: order.rows[0].id };
    await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20));
  }
}
