import { randomUUID } from "node:crypto";
import pg from "pg";

/** Puts products on sale, each with a stock of `edition` units, and returns their SKUs. */
export async function offer(databaseUrl: string, count: number, edition: number): Promise<string[]> {
  const prefix = `bench-${randomUUID().slice(0, 8)}`;
  const skus = Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
  await withDatabase(databaseUrl, async (client) => {
    await client.query(
      `INSERT INTO products (sku, name, description, artwork, price_cents, position)
       SELECT sku, 'Bench product', 'Made to be measured.', 'lamp', 1000, 1000 FROM unnest($1::text[]) AS sku`,
      [skus],
    );
    await client.query(
      `INSERT INTO stock (sku, edition, next_unit, returned_units, stock)
       SELECT sku, $2, 1, '{}', $2 FROM unnest($1::text[]) AS sku`,
      [skus, edition],
    );
  });
  return skus;
}

/** What the ledger says of the products: units that left the shelf, the same numbers twice counted once. */
export async function soldUnits(
  databaseUrl: string,
  skus: readonly string[],
): Promise<{ sold: number; distinct: number }> {
  return withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<{ sold: number; distinct: number }>(
      `SELECT count(*)::int AS sold, count(DISTINCT (sku, number))::int AS distinct
         FROM stock_movements, unnest(unit_numbers) AS number
        WHERE sku = ANY($1) AND reason = 'sale'`,
      [skus],
    );
    return rows[0] ?? { sold: 0, distinct: 0 };
  });
}

export async function withDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
