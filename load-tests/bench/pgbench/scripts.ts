import { randomUUID } from "node:crypto";
import { offer, withDatabase } from "../products.ts";
import { EDITION } from "../shelf.ts";

/** What one transaction of pgbench does, and what it needs in the database. */
export interface PgbenchScript {
  name: string;
  prepare(databaseUrl: string): Promise<{ text: string; remove(): Promise<void> }>;
}

/** One unit of a hot row and an order in a table with no index but its key: the least that a sale can be. */
export const hotRow: PgbenchScript = {
  name: "pgbench, UPDATE + INSERT",
  async prepare(databaseUrl) {
    const schema = `pgbench_${randomUUID().slice(0, 8)}`;
    const run = (sql: string) => withDatabase(databaseUrl, (client) => client.query(sql));
    await run(`
      CREATE SCHEMA ${schema};
      CREATE TABLE ${schema}.stock (sku text PRIMARY KEY, stock int NOT NULL);
      INSERT INTO ${schema}.stock VALUES ('hot', ${EDITION});
      CREATE TABLE ${schema}.orders
        (id bigserial PRIMARY KEY, sku text NOT NULL, buyer int NOT NULL, at timestamptz NOT NULL DEFAULT now());`);
    const text = `
\\set buyer random(1, 1000000000)
BEGIN;
UPDATE ${schema}.stock SET stock = stock - 1 WHERE sku = 'hot' AND stock >= 1;
INSERT INTO ${schema}.orders (sku, buyer) VALUES ('hot', :buyer);
COMMIT;
`;
    return { text, remove: async () => void (await run(`DROP SCHEMA ${schema} CASCADE`)) };
  },
};

/** The rows of one sale of the shop, in the shop's own tables, in one statement. */
export const sameRows: PgbenchScript = {
  name: "pgbench, the same rows",
  async prepare(databaseUrl) {
    const [sku = ""] = await offer(databaseUrl, 1, EDITION);
    const text = `
WITH taken AS (
  UPDATE stock SET next_unit = next_unit + 1, stock = stock - 1, version = version + 1
   WHERE sku = '${sku}' AND stock >= 1
  RETURNING next_unit - 1 AS number, stock AS after, version
), placed AS (
  INSERT INTO orders (id, buyer_id, status, strategy, replica, total_cents, created_at, expires_at)
  SELECT uuidv7(), gen_random_uuid(), 'reserved', 'pgbench', 'pgbench', 1000, now(), now() + interval '1 day' FROM taken
  RETURNING id
), lines AS (
  INSERT INTO order_lines (order_id, sku, name, quantity, unit_price_cents, unit_numbers)
  SELECT id, '${sku}', 'Bench product', 1, 1000, ARRAY[number] FROM placed, taken
)
INSERT INTO stock_movements
       (sku, delta, unit_numbers, stock_before, stock_after, version, order_id, reason, strategy, replica)
SELECT '${sku}', -1, ARRAY[number], after + 1, after, version, id, 'sale', 'pgbench', 'pgbench' FROM placed, taken;
`;
    return { text, remove: async () => {} };
  },
};
