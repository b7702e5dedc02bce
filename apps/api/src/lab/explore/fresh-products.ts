import { randomBytes } from "node:crypto";
import type pg from "pg";

/** Creates products with full stock, and returns their SKUs, sorted. Each execution has products of its own. */
export async function createProducts(client: pg.Client, editions: readonly number[]): Promise<string[]> {
  const tag = randomBytes(6).toString("hex");
  const skus = editions.map((_, index) => `explored-${tag}-${index + 1}`);
  await client.query({
    name: "explore: create products",
    text: `WITH wanted AS (SELECT * FROM unnest($1::text[], $2::int[]) AS w(sku, edition)),
                created AS (
                  INSERT INTO products (sku, name, description, artwork, price_cents)
                  SELECT sku, 'Explored', '', 'lamp', 100 FROM wanted)
           INSERT INTO stock (sku, edition, next_unit, returned_units, stock)
           SELECT sku, edition, 1, '{}', edition FROM wanted`,
    values: [skus, editions],
  });
  return skus;
}
