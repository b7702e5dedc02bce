import { useQuery } from "@tanstack/react-query";
import { productsQuery } from "../api/queries.ts";
import type { Product } from "../api/types.ts";
import { useCart } from "../cart.ts";

/** The cart's lines with their products; `product` is absent for what is not in the catalogue. */
export function useCartLines() {
  const { data: products, error } = useQuery(productsQuery);
  const bySku = new Map<string, Product>(products?.map((product) => [product.sku, product]));
  const lines = useCart().map((line) => ({ ...line, product: bySku.get(line.sku) }));
  const totalCents = lines.reduce((sum, { quantity, product }) => sum + quantity * (product?.priceCents ?? 0), 0);
  return { lines, totalCents, loaded: products !== undefined, error };
}
