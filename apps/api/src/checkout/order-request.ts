import { ShopError } from "../errors.ts";
import type { Line } from "../inventory/strategy.ts";
import type { StockChange } from "../inventory/units.ts";
import type { OrderView } from "./order-view.ts";
import type { RaceTerms } from "./shop.ts";

export interface ProductOnSale {
  sku: string;
  name: string;
  priceCents: number;
}

export interface PlaceOrder {
  buyerId: string;
  /** Normalised: one line a product, sorted. */
  lines: readonly Line[];
  products: ReadonlyMap<string, ProductOnSale>;
  idempotencyKey?: string;
  race?: RaceTerms;
  /** Aborted when the buyer's connection is gone: then nobody waits for this order. */
  gone?: AbortSignal;
}

export type Placed =
  | { outcome: "reserved"; order: OrderView; replayed: boolean }
  | { outcome: "sold-out"; sku: string; requested: number; left: number };

/** What `orders.total_cents`, a four-byte integer, can hold. */
const TOTAL_LIMIT_CENTS = 2_147_483_647;

/** @throws ShopError ORDER_TOO_LARGE when the order would cost more than can be written. */
export function requireWritableTotal({ lines, products }: PlaceOrder): void {
  const totalCents = lines.reduce((sum, { sku, quantity }) => sum + quantity * (products.get(sku)?.priceCents ?? 0), 0);
  if (totalCents > TOTAL_LIMIT_CENTS) {
    throw new ShopError("ORDER_TOO_LARGE", "An order may cost 21,474,836.47 at most. Nothing was bought.", {
      totalCents,
      limitCents: TOTAL_LIMIT_CENTS,
    });
  }
}

/** The order's lines and their sum, in cents. */
export function price(
  lines: readonly Line[],
  products: ReadonlyMap<string, ProductOnSale>,
  changes: readonly StockChange[],
): { orderLines: OrderView["lines"]; totalCents: number } {
  const orderLines = lines.map(({ sku, quantity }, index) => {
    const product = products.get(sku);
    const unitNumbers = changes[index]?.unitNumbers;
    if (!product || !unitNumbers) throw new Error(`The line for ${sku} was not priced and taken.`);
    return { sku, name: product.name, quantity, unitPriceCents: product.priceCents, unitNumbers: [...unitNumbers] };
  });
  return { orderLines, totalCents: orderLines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0) };
}
