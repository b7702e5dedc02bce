import type { Bench } from "./figure.ts";
import { withDatabase } from "./products.ts";

const CHUNK = 100_000;
/** What sells best gets three orders of ten. */
const BEST_SELLER_SHARE = 0.3;
/** A buyer orders ten times. */
const ORDERS_PER_BUYER = 10;

/**
 * Adds orders until there are `size`, each with its line, its movement and its idempotency key, as if they had been
 * placed in the last hours: a good part of them of the first product, the others spread over the rest. The stock rows
 * move on with them. What came in is then in the state in which PostgreSQL's own housekeeping would leave it.
 */
export async function fillUpTo(databaseUrl: string, size: number, skus: readonly string[], bench: Bench) {
  await withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<{ count: number }>("SELECT count(*)::int FROM orders");
    for (let filled = rows[0]?.count ?? 0; filled < size; ) {
      bench.signal.throwIfAborted();
      const count = Math.min(CHUNK, size - filled);
      await client.query("BEGIN");
      await client.query(past, [count, size, skus, BEST_SELLER_SHARE, ORDERS_PER_BUYER]);
      for (const statement of written) await client.query(statement);
      await client.query("COMMIT");
      filled += count;
      if (size > CHUNK) bench.report(`  ${filled.toLocaleString("en")} orders`);
    }
    await client.query("VACUUM (ANALYZE) orders, order_lines, stock_movements, idempotency_keys, stock");
    await client.query("CHECKPOINT");
  });
}

/** Sales on which all that is written below agrees: who bought which number of what, when. */
const past = `
  CREATE TEMPORARY TABLE past ON COMMIT DROP AS
  SELECT uuidv7(-'12 hours'::interval * random()) AS order_id,
         md5('buyer ' || (random() * $2::float / $5::float)::int)::uuid AS buyer_id,
         bought.sku, edition,
         next_unit - 1 + row_number() OVER (PARTITION BY bought.sku) AS number,
         now() - '12 hours'::interval * random() AS at
    FROM (
      SELECT ($3::text[])[CASE WHEN random() < $4 THEN 1
                               ELSE 1 + ceil(random() ^ 3 * (cardinality($3::text[]) - 1))::int END] AS sku
        FROM generate_series(1, $1::int)
    ) AS bought JOIN stock USING (sku)`;

const written = [
  `INSERT INTO orders (id, buyer_id, status, strategy, replica, total_cents, created_at, expires_at)
   SELECT order_id, buyer_id, CASE WHEN random() < 0.05 THEN 'reserved' ELSE 'paid' END::order_status,
          'redlock+row-lock', 'replica-1', 1000, at, now() + interval '1 day'
     FROM past`,
  `INSERT INTO order_lines (order_id, sku, name, quantity, unit_price_cents, unit_numbers)
   SELECT order_id, sku, 'Bench product', 1, 1000, ARRAY[number] FROM past`,
  `INSERT INTO stock_movements
          (sku, delta, unit_numbers, stock_before, stock_after, version, order_id, reason, strategy, replica, at)
   SELECT sku, -1, ARRAY[number], edition - number + 1, edition - number, number, order_id,
          'sale', 'redlock+row-lock', 'replica-1', at
     FROM past`,
  `INSERT INTO idempotency_keys (buyer_id, key, request_hash, order_id, created_at)
   SELECT buyer_id, gen_random_uuid()::text, md5(order_id::text) || md5(sku), order_id, at FROM past`,
  `UPDATE stock
      SET next_unit = next_unit + sold, stock = stock - sold, version = version + sold
     FROM (SELECT sku, count(*)::int AS sold FROM past GROUP BY sku) AS sales
    WHERE stock.sku = sales.sku`,
];
