import { useQueries, useQuery } from "@tanstack/react-query";
import { productQuery, productsQuery } from "../api/queries.ts";
import type { Product } from "../api/types.ts";
import { useCart } from "../cart.ts";

/** The cart's lines with their products; `product` is absent for what is not sold here. */
export function useCartLines() {
  const cart = useCart();
  const { data: products, error } = useQuery(productsQuery);
  const bySku = new Map<string, Product>(products?.map((product) => [product.sku, product]));
  // The product of a lab's race can be bought, and stands on no shelf.
  const offShelf = products ? cart.filter((line) => !bySku.has(line.sku)) : [];
  const others = useQueries({ queries: offShelf.map(({ sku }) => productQuery(sku)) });
  for (const { data } of others) {
    if (data) bySku.set(data.sku, data);
  }
  const lines = cart.map((line) => ({ ...line, product: bySku.get(line.sku) }));
  const totalCents = lines.reduce((sum, { quantity, product }) => sum + quantity * (product?.priceCents ?? 0), 0);
  return { lines, totalCents, loaded: products !== undefined, error };
}
