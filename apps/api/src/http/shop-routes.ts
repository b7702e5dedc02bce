import { type RequestHandler, Router } from "express";
import { findOwnOrder, listOwnOrders } from "../checkout/find-order.ts";
import { cancelOrder } from "../checkout/give-back.ts";
import { payOrder } from "../checkout/pay-order.ts";
import { findProduct, listProducts } from "../checkout/products.ts";
import type { Shop } from "../checkout/shop.ts";
import { buyerOf } from "./buyer.ts";
import { type CheckoutOptions, checkoutHandler } from "./checkout-handler.ts";
import { body, bodyOf, noBody, route } from "./routing.ts";
import { checkoutSchema, emptySchema, paySchema } from "./schemas.ts";

/** The shop: catalogue, checkout and orders. */
export function shopRoutes(shop: Shop, knowBuyer: RequestHandler, checkout: CheckoutOptions): Router {
  const router = Router();

  route(router, "/checkout", { post: [knowBuyer, ...body(checkoutSchema), checkoutHandler(shop, checkout)] });
  route(router, "/products", {
    get: [knowBuyer, async (_request, response) => void response.json(await listProducts(shop.database))],
  });
  route(router, "/products/:sku", {
    get: [
      knowBuyer,
      async (request, response) => void response.json(await findProduct(shop.database, String(request.params.sku))),
    ],
  });
  route(router, "/orders", {
    get: [knowBuyer, async (_request, response) => void response.json(await listOwnOrders(shop, buyerOf(response)))],
  });
  route(router, "/orders/:id", {
    get: [
      knowBuyer,
      async (request, response) => {
        response.json(await findOwnOrder(shop, buyerOf(response), String(request.params.id)));
      },
    ],
  });
  route(router, "/orders/:id/pay", {
    post: [
      knowBuyer,
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
      knowBuyer,
      ...noBody(emptySchema),
      async (request, response) => {
        response.json(await cancelOrder(shop, buyerOf(response), String(request.params.id)));
      },
    ],
  });
  return router;
}
