import type { RequestHandler, Response } from "express";
import { ShopError } from "../../errors.ts";
import { checkInput } from "../../http/fields.ts";
import { toShopError } from "../../http/problems.ts";
import { bodyOf } from "../../http/routing.ts";
import type { Line } from "../../inventory/strategy.ts";
import type { Metrics } from "../../observe/metrics.ts";
import type { Placed, Race } from "../order.ts";
import { normaliseCart } from "../order.ts";
import { placeOrder } from "../place-order.ts";
import type { OnSale, RunOnSale } from "../product-cache.ts";
import type { Shop } from "../shop.ts";
import { buyerOf, introduceBuyer } from "./buyer.ts";
import { checkoutHeadersSchema, checkoutSchema } from "./schemas.ts";

export interface CheckoutOptions {
  metrics: Metrics;
  /** Absent if the lab is off. The lab's products cannot be bought then. */
  races?: {
    /** With database connections of its own. */
    shop: Shop;
    enter(run: RunOnSale, buyer: { shopper?: string; attempt?: string; quantity: number }): Race;
  };
}

/** `POST /api/checkout`: reserves the cart under the shop's strategy, or a race's product under its run's strategy. */
export function checkoutHandler(shop: Shop, { metrics, races }: CheckoutOptions): RequestHandler {
  return async (request, response) => {
    const gone = goneOf(response);
    const lines = normaliseCart(bodyOf(response, checkoutSchema).items);
    const headers = checkInput(checkoutHeadersSchema, request.headers);
    const { products, run } = await findOnSale(shop, lines, races !== undefined);
    const race = run
      ? races?.enter(run, {
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
      gone,
    };
    const strategy = race?.terms.strategy ?? shop.defaultStrategy;

    let placed: Placed;
    try {
      placed = await placeOrder(races && race ? races.shop : shop, order);
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
      const name = products.get(sku)?.name ?? sku;
      const detail = left === 0 ? `${name} is sold out.` : `${name}: only ${left} left.`;
      throw new ShopError("OUT_OF_STOCK", detail, { sku, requested, left });
    }
    metrics.checkouts.inc({ strategy, outcome: placed.replayed ? "REPLAYED" : "RESERVED" });
    if (placed.replayed) response.set("Idempotency-Replayed", "true");
    else introduceBuyer(response);
    const { id, lines: sold } = placed.order;
    await race?.answered("RESERVED", { orderId: id, unitNumbers: sold.flatMap((line) => line.unitNumbers) });
    response.status(201).location(`/api/orders/${id}`).json(placed.order);
  };
}

/** Aborts if the connection closes before the response is sent. */
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
  if (unknown) throw new ShopError("UNKNOWN_SKU", `The shop does not sell “${unknown.sku}”.`, { sku: unknown.sku });
  const run = onSale.find((product) => product.run)?.run ?? undefined;
  if (run && lines.length > 1) {
    throw new ShopError("INVALID_REQUEST", "A race's product is bought alone: its run has its own strategy.");
  }
  return { products, run };
}
