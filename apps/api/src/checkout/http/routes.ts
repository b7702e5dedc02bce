import { Router } from "express";
import { body, bodyOf, noBody, route } from "../../http/routing.ts";
import { emptySchema } from "../../http/schemas.ts";
import { cancelOrder } from "../cancel-order.ts";
import { findOwnOrder, listOwnOrders } from "../find-order.ts";
import { payOrder } from "../pay-order.ts";
import { findProduct, listProducts } from "../products.ts";
import type { Shop } from "../shop.ts";
import { type Buyers, buyerOf } from "./buyer.ts";
import { type CheckoutOptions, checkoutHandler } from "./checkout-handler.ts";
import { checkoutSchema, paySchema } from "./schemas.ts";

/** The shop's routes: catalogue, checkout and orders. */
export function shopRoutes(shop: Shop, { byCookie, byCookieOrKey }: Buyers, checkout: CheckoutOptions): Router {
  const router = Router();

  route(router, "/checkout", { post: [byCookieOrKey, ...body(checkoutSchema), checkoutHandler(shop, checkout)] });
  route(router, "/products", {
    get: [byCookie, async (_request, response) => void response.json(await listProducts(shop.database))],
  });
  route(router, "/products/:sku", {
    get: [
      byCookie,
      async (request, response) => void response.json(await findProduct(shop.database, String(request.params.sku))),
    ],
  });
  route(router, "/orders", {
    get: [byCookie, async (_request, response) => void response.json(await listOwnOrders(shop, buyerOf(response)))],
  });
  route(router, "/orders/:id", {
    get: [
      byCookie,
      async (request, response) => {
        response.json(await findOwnOrder(shop, buyerOf(response), String(request.params.id)));
      },
    ],
  });
  route(router, "/orders/:id/pay", {
    post: [
      byCookie,
      ...body(paySchema),
      async (request, response) => {
        const { card } = bodyOf(response, paySchema);
        const order = await payOrder(shop, buyerOf(response), String(request.params.id), card);
        response.status(order.status === "paying" ? 202 : 200).json(order);
      },
    ],
  });
  route(router, "/orders/:id/cancel", {
    post: [
      byCookie,
      ...noBody(emptySchema),
      async (request, response) => {
        response.json(await cancelOrder(shop, buyerOf(response), String(request.params.id)));
      },
    ],
  });
  return router;
}
