import type { Prisma } from "@last-unit/prisma";
import type { Database } from "../db/client.ts";
import { ShopError } from "../errors.ts";

const SKU = /^[a-z0-9][a-z0-9-]{0,63}$/;
type ProductWithStock = Prisma.ProductGetPayload<{ include: { stock: true } }>;

const view = ({ sku, name, description, priceCents, artwork, stock }: ProductWithStock) => ({
  sku,
  name,
  description,
  priceCents,
  edition: stock?.edition ?? 0,
  stock: stock?.stock ?? 0,
  artwork,
});

/** The catalogue with live stock, without the lab's products. */
export async function listProducts(database: Database) {
  const products = await database.product.findMany({
    where: { run: null },
    include: { stock: true },
    orderBy: [{ position: "asc" }, { sku: "asc" }],
  });
  return products.map(view);
}

/** @throws ShopError PRODUCT_NOT_FOUND */
export async function findProduct(database: Database, sku: string) {
  const product = SKU.test(sku)
    ? await database.product.findUnique({ where: { sku }, include: { stock: true } })
    : null;
  if (!product) throw new ShopError("PRODUCT_NOT_FOUND", "There is no such product.");
  return view(product);
}
