import { useQueries, useQuery } from "@tanstack/react-query";
import { codeOf } from "../api/problems.ts";
import { productQuery, productsQuery } from "../api/queries.ts";
import type { Product } from "../api/types.ts";
import { useCart } from "../cart/cart.ts";
import { quantityOf } from "../cart/cart-state.ts";
import { type Availability, availabilityOf } from "./availability.ts";

export interface ShownLine extends Availability {
  sku: string;
  quantity: number;
  name: string;
  /** Absent while it is fetched, and for what is not sold here. */
  product?: Product;
}

/** The cart's lines with their products, and what can be had of each. */
export function useCartLines() {
  const cart = useCart();
  const { data: products, error } = useQuery(productsQuery);
  const bySku = new Map<string, Product>(products?.map((product) => [product.sku, product]));
  // The product of a lab's race can be bought, but is not in the catalogue.
  const uncatalogued = products ? cart.lines.filter((line) => !bySku.has(line.sku)) : [];
  const others = useQueries({ queries: uncatalogued.map(({ sku }) => productQuery(sku)) });
  const unknown = new Set<string>();
  others.forEach(({ data, error: reason }, index) => {
    if (data) bySku.set(data.sku, data);
    else if (codeOf(reason) === "PRODUCT_NOT_FOUND") unknown.add(uncatalogued[index]?.sku ?? "");
  });
  const nameOf = (sku: string) => bySku.get(sku)?.name ?? sku;
  const lines = cart.lines.map(({ sku, quantity }): ShownLine => {
    const product = bySku.get(sku);
    // What the unanswered order may hold has left the stock, and is the buyer's.
    const stock = product && product.stock + quantityOf(cart.unanswered?.lines ?? [], sku);
    const availability = availabilityOf(quantity, unknown.has(sku) ? 0 : stock);
    return { sku, quantity, name: nameOf(sku), product, ...availability };
  });
  const totalCents = lines.reduce((sum, { available, product }) => sum + available * (product?.priceCents ?? 0), 0);
  return { cart, lines, totalCents, nameOf, loaded: products !== undefined, error };
}
