import { UtcClient } from "./adapter.ts";

interface CatalogueEntry {
  sku: string;
  name: string;
  artwork: string;
  priceCents: number;
  edition: number;
  description: string;
}

/** The shop's numbered editions. */
export const catalogue: readonly CatalogueEntry[] = [
  {
    sku: "reading-lamp",
    name: "Reading lamp",
    artwork: "lamp",
    priceCents: 18900,
    edition: 500,
    description: "A brass stem, a linen shade, and a pull chain with a satisfying click. Made for the last chapter.",
  },
  {
    sku: "lounge-chair",
    name: "Lounge chair",
    artwork: "chair",
    priceCents: 74500,
    edition: 120,
    description: "Bent ash and a seat of woven paper cord. Each frame is steamed, clamped and numbered by hand.",
  },
  {
    sku: "wall-clock",
    name: "Wall clock",
    artwork: "clock",
    priceCents: 12900,
    edition: 300,
    description: "An enamel dial and a sweeping second hand. It agrees with no other clock exactly, as clocks do.",
  },
  {
    sku: "table-radio",
    name: "Table radio",
    artwork: "radio",
    priceCents: 24900,
    edition: 200,
    description: "One dial, one speaker, a walnut case. It receives what is sent and acknowledges nothing.",
  },
  {
    sku: "stoneware-teapot",
    name: "Stoneware teapot",
    artwork: "teapot",
    priceCents: 8900,
    edition: 250,
    description: "Thrown in one piece, glazed in two dips. Holds four cups and serialises access to them.",
  },
  {
    sku: "screen-print",
    name: "Screen print",
    artwork: "print",
    priceCents: 6400,
    edition: 1000,
    description: "Two colours on heavy cotton paper, signed and numbered. No two sheets carry the same number.",
  },
  {
    sku: "porcelain-vase",
    name: "Porcelain vase",
    artwork: "vase",
    priceCents: 15900,
    edition: 12,
    description: "Twelve were fired and twelve survived the kiln. When they are gone, they are gone.",
  },
  {
    sku: "field-camera",
    name: "Field camera",
    artwork: "camera",
    priceCents: 129000,
    edition: 1,
    description: "One was ever made. It is the reason that this shop is careful.",
  },
];

/**
 * Puts the catalogue into the database where it is missing, and returns how many products are new. Stock that exists is
 * left as it is: starting the shop again must not conjure units that were sold.
 */
export async function seedCatalogue(databaseUrl: string): Promise<number> {
  const client = new UtcClient({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("BEGIN");
    let created = 0;
    for (const [position, entry] of catalogue.entries()) {
      const { rowCount } = await client.query(
        `INSERT INTO products (sku, name, description, artwork, price_cents, position)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (sku) DO NOTHING`,
        [entry.sku, entry.name, entry.description, entry.artwork, entry.priceCents, position],
      );
      created += rowCount ?? 0;
      await client.query(
        `INSERT INTO stock (sku, edition, next_unit, returned_units, stock)
         VALUES ($1, $2, 1, '{}', $2)
         ON CONFLICT (sku) DO NOTHING`,
        [entry.sku, entry.edition],
      );
    }
    await client.query("COMMIT");
    return created;
  } finally {
    await client.end();
  }
}
