import type { Line } from "../inventory/strategy.ts";

/**
 * One line a product, in one order for everybody: quantities of the same SKU are summed, and the SKUs sorted by code
 * unit. Two carts that name the same products the other way round then lock them the same way round.
 */
export function normaliseCart(items: readonly Line[]): Line[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of items) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}
