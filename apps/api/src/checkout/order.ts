import { randomUUID } from "node:crypto";
import type { Order } from "@last-unit/prisma";
import type { Checkpoint, CheckpointDetail } from "../checkpoint.ts";
import { ShopError } from "../errors.ts";
import type { Line, LockLimits, Party } from "../inventory/strategy.ts";
import type { StockChange } from "../inventory/units.ts";

export interface ProductOnSale {
  sku: string;
  name: string;
  priceCents: number;
}

/** An order as its buyer sees it. Prices are in cents, times ISO 8601 in UTC. */
export interface OrderView {
  id: string;
  status: Order["status"];
  createdAt: string;
  expiresAt: string;
  lines: { sku: string; name: string; quantity: number; unitPriceCents: number; unitNumbers: number[] }[];
  totalCents: number;
  strategy: string;
  replica: string;
}

/** How a product of a lab run is sold. Absent for the shop's products. */
export interface RaceTerms {
  runId: string;
  strategy: string;
  checkpoint: Checkpoint;
  lockLimits?: LockLimits;
}

/** One buyer in a run: publishes their checkpoints, applies the run's delay, and records their response. */
export interface Race {
  terms: RaceTerms;
  /**
   * Records the outcome. Must be awaited before the response is sent, so that the verdict knows every response. If the run
   * is not watchable, this does nothing: the verdict then knows only the responses that the lab's own buyers recorded.
   */
  answered(outcome: string, detail?: Pick<CheckpointDetail, "orderId" | "unitNumbers">): Promise<void>;
}

export interface PlaceOrder {
  buyerId: string;
  /** Normalised: one line for each product, sorted by SKU. */
  lines: readonly Line[];
  products: ReadonlyMap<string, ProductOnSale>;
  idempotencyKey?: string;
  race?: RaceTerms;
  /** Aborted when the buyer has disconnected. */
  gone?: AbortSignal;
}

export type Placed =
  | { outcome: "reserved"; order: OrderView; replayed: boolean }
  | { outcome: "sold-out"; sku: string; requested: number; left: number };

export interface IdempotencyClaim {
  buyerId: string;
  key: string;
  requestHash: string;
}

export type Buyer = Party<PlaceOrder>;

/** An order whose units have been chosen, but which has not been written yet. */
export interface Draft {
  id: string;
  buyer: Buyer;
  claim?: IdempotencyClaim;
  changes: readonly StockChange[];
  orderLines: OrderView["lines"];
  totalCents: number;
}

/**
 * Sums the quantities of the same SKU and sorts the lines by SKU, in code units. Two carts with the same products then lock
 * them in the same sequence and cannot deadlock.
 */
export function normaliseCart(items: readonly Line[]): Line[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of items) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

/**
 * A UUID that begins with the time in milliseconds (RFC 9562, version 7). Orders that are placed at the same time are
 * adjacent in every index, which keeps inserts fast in a large table.
 */
export function newOrderId(timeMs: number): string {
  const time = timeMs.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** The largest value of `orders.total_cents`, a four-byte integer. */
const TOTAL_LIMIT_CENTS = 2_147_483_647;

/** @throws ShopError ORDER_TOO_LARGE if the order's total exceeds `TOTAL_LIMIT_CENTS`. */
export function requireWritableTotal({ lines, products }: PlaceOrder): void {
  const totalCents = lines.reduce((sum, { sku, quantity }) => sum + quantity * (products.get(sku)?.priceCents ?? 0), 0);
  if (totalCents > TOTAL_LIMIT_CENTS) {
    throw new ShopError("ORDER_TOO_LARGE", "An order may cost 21,474,836.47 at most. Nothing was bought.", {
      totalCents,
      limitCents: TOTAL_LIMIT_CENTS,
    });
  }
}

/** A draft's order as its buyer sees it, once it is committed. */
export function reservedOrder(
  { id, orderLines: lines, totalCents }: Draft,
  { createdAt, expiresAt }: { createdAt: Date; expiresAt: Date },
  placed: { strategy: string; replica: string },
): OrderView {
  return {
    id,
    status: "reserved",
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lines,
    totalCents,
    ...placed,
  };
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
    if (!product || !unitNumbers) throw new Error(`The line for ${sku} has no price or no units.`);
    return { sku, name: product.name, quantity, unitPriceCents: product.priceCents, unitNumbers: [...unitNumbers] };
  });
  return { orderLines, totalCents: orderLines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0) };
}
