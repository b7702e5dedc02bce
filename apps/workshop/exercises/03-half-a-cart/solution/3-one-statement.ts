import type { Answer, CheckoutRequest, Clients } from "@last-unit/workshop";

// One statement is a transaction: it fails as a whole if one of the items cannot be taken.
export async function checkout({ db }: Clients, { buyerId, items }: CheckoutRequest): Promise<Answer> {
  const { rows } = await db.query(
    `WITH wanted AS (SELECT * FROM jsonb_to_recordset($2) AS line(sku text, quantity int)),
     locked AS (SELECT sku, stock FROM stock WHERE sku IN (SELECT sku FROM wanted) ORDER BY sku FOR UPDATE),
     enough AS (SELECT bool_and(stock >= quantity) AS all_of_it FROM wanted LEFT JOIN locked USING (sku)),
     taken AS (
       UPDATE stock s SET stock = l.stock - w.quantity FROM wanted w JOIN locked l USING (sku), enough
        WHERE s.sku = w.sku AND all_of_it)
     INSERT INTO orders (buyer_id, items) SELECT $1, $2 FROM enough WHERE all_of_it RETURNING id`,
    [buyerId, JSON.stringify(items)],
  );
  return rows.length === 0 ? { outcome: "sold-out" } : { outcome: "reserved", orderId: rows[0].id };
}
