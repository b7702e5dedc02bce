import type { RequestHandler, Response } from "express";
import { normaliseCart } from "../checkout/cart.ts";
import type { Placed } from "../checkout/order-request.ts";
import { placeOrder } from "../checkout/place-order.ts";
import type { OnSale, RunOnSale } from "../checkout/products-on-sale.ts";
import type { Shop } from "../checkout/shop.ts";
import { ShopError } from "../errors.ts";
import type { Line } from "../inventory/strategy.ts";
import type { Race } from "../lab/lab.ts";
import type { Metrics } from "../observe/metrics.ts";
import { buyerOf } from "./buyer.ts";
import { toShopError } from "./problems.ts";
import { bodyOf } from "./routing.ts";
import { checkoutHeadersSchema, checkoutSchema } from "./schemas.ts";

export interface CheckoutOptions {
  metrics: Metrics;
  /** Absent where the lab is off: its products are then not for sale. */
  enterRace?: (run: RunOnSale, buyer: { shopper?: string; attempt?: string; quantity: number }) => Race;
}

/** `POST /api/checkout`: reserves the cart under the shop's strategy, or, for a race's product, under its run's. */
export function checkoutHandler(shop: Shop, { metrics, enterRace }: CheckoutOptions): RequestHandler {
  return async (request, response) => {
    const lines = normaliseCart(bodyOf(response, checkoutSchema).items);
    const headers = checkoutHeadersSchema.parse(request.headers);
    const { products, run } = await findOnSale(shop, lines, enterRace !== undefined);
    const race = run
      ? enterRace?.(run, {
          shopper: headers["x-lab-shopper"],
          attempt: headers["x-lab-attempt"],
          quantity: lines[0]?.quantity ?? 0,
        })
      : undefined;
    const order = {
      buyerId: buyerOf(response),
      lines,
      products,
      idempotencyKey: headers["idempotency-key"],
      race: race?.terms,
      gone: goneOf(response),
    };
    const strategy = race?.terms.strategy ?? shop.defaultStrategy;

    let placed: Placed;
    try {
      placed = await placeOrder(shop, order);
    } catch (error) {
      const { code } = toShopError(error);
      metrics.checkouts.inc({ strategy, outcome: code });
      await race?.answered(code);
      throw error;
    }
    if (placed.outcome === "sold-out") {
      metrics.checkouts.inc({ strategy, outcome: "OUT_OF_STOCK" });
      await race?.answered("OUT_OF_STOCK");
      const { sku, requested, left } = placed;
      const detail = left === 0 ? `${sku} is sold out.` : `Only ${left} of ${sku} are left.`;
      throw new ShopError("OUT_OF_STOCK", detail, { sku, requested, left });
    }
    metrics.checkouts.inc({ strategy, outcome: placed.replayed ? "REPLAYED" : "RESERVED" });
    if (placed.replayed) response.set("Idempotency-Replayed", "true");
    const { id, lines: sold } = placed.order;
    await race?.answered("RESERVED", { orderId: id, unitNumbers: sold.flatMap((line) => line.unitNumbers) });
    response.status(201).location(`/api/orders/${id}`).json(placed.order);
  };
}

/** Aborted when the connection closes before the answer is sent. */
function goneOf(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

async function findOnSale(shop: Shop, lines: readonly Line[], labIsOn: boolean) {
  const found = await shop.productsOnSale(lines.map((line) => line.sku));
  const onSale = found.filter((product) => product !== undefined && (labIsOn || product.run === null)) as OnSale[];
  const products = new Map(onSale.map((product) => [product.sku, product]));
  const unknown = lines.find((line) => !products.has(line.sku));
  if (unknown) throw new ShopError("UNKNOWN_SKU", `${unknown.sku} is not sold here.`, { sku: unknown.sku });
  const run = onSale.find((product) => product.run)?.run ?? undefined;
  if (run && lines.length > 1) {
    throw new ShopError("INVALID_REQUEST", "A race's product is bought alone: its run has its own strategy.");
  }
  return { products, run };
}
