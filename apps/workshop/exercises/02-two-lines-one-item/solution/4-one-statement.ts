import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// PostgreSQL sums up the lines, and sells the cart only if every item of it could be taken.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const client = await db.connect();
  try {
    await client.query("BEGIN");
    const { rows } = await client.query(
      `WITH wanted AS (
         SELECT sku, sum(quantity)::int AS quantity
           FROM jsonb_to_recordset($2) AS line(sku text, quantity int) GROUP BY sku),
       locked AS (SELECT sku, stock FROM stock WHERE sku IN (SELECT sku FROM wanted) ORDER BY sku FOR UPDATE),
       enough AS (SELECT bool_and(stock >= quantity) AS all_of_it FROM wanted LEFT JOIN locked USING (sku)),
       taken AS (
         UPDATE stock s SET stock = l.stock - w.quantity FROM wanted w JOIN locked l USING (sku), enough
          WHERE s.sku = w.sku AND all_of_it)
       INSERT INTO orders (buyer_id, items) SELECT $1, $2 FROM enough WHERE all_of_it RETURNING id`,
      [buyerId, JSON.stringify(items)],
    );
    await client.query("COMMIT");
    return rows.length === 0 ? { outcome: "sold-out" } : { outcome: "reserved", orderId: rows[0].id };
  } finally {
    client.release();
  }
}
