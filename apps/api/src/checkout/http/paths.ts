import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { bodyErrors, json, operation } from "../../http/openapi.ts";
import * as schemas from "./schemas.ts";

const order = { id: z.string() };
const sku = { sku: z.string() };

/** The OpenAPI paths of the shop. */
export const shopPaths: ZodOpenApiPathsObject = {
  "/api/products": {
    get: operation("The catalogue, with live stock", { 200: z.array(schemas.productSchema) }),
  },
  "/api/products/{sku}": {
    get: operation("One product", { 200: schemas.productSchema }, ["PRODUCT_NOT_FOUND"], {
      requestParams: { path: z.object(sku) },
    }),
  },
  "/api/checkout": {
    post: operation(
      "Reserve a cart: all of it, or nothing",
      { 201: schemas.orderSchema },
      [
        ...bodyErrors,
        "UNKNOWN_SKU",
        "ORDER_TOO_LARGE",
        "IDEMPOTENCY_KEY_REUSED",
        "OUT_OF_STOCK",
        "LOCK_LOST",
        "LOCK_BUSY",
      ],
      {
        description:
          "Lines of the same product are summed. A 503 comes with `Retry-After` and is safe to repeat with the same Idempotency-Key. A key that has placed an order already answers that order in its present state: `paid`, `cancelled` and `expired` are possible too.",
        responseHeaders: z.object({
          "Idempotency-Replayed": z
            .literal("true")
            .optional()
            .meta({ description: "Present when an earlier request with this Idempotency-Key placed the order." }),
        }),
        requestParams: {
          header: z.object({
            "Idempotency-Key": schemas.idempotencyKeySchema.optional(),
            "X-Lab-Shopper": schemas.shopperSchema.optional(),
            "X-Lab-Attempt": z
              .uuid()
              .optional()
              .meta({ description: "By which a client that records a history knows this checkout again." }),
          }),
        },
        requestBody: { content: json(schemas.checkoutSchema), required: true },
      },
    ),
  },
  "/api/orders": {
    get: operation("The buyer's own orders, newest first", { 200: z.array(schemas.orderSchema) }),
  },
  "/api/orders/{id}": {
    get: operation("One of the buyer's own orders", { 200: schemas.orderSchema }, ["ORDER_NOT_FOUND"], {
      requestParams: { path: z.object(order) },
    }),
  },
  "/api/orders/{id}/pay": {
    post: operation(
      "Pay a reservation",
      { 200: schemas.orderSchema, 202: schemas.orderSchema },
      [
        ...bodyErrors,
        "ORDER_NOT_FOUND",
        "PAYMENT_DECLINED",
        "ALREADY_PAID",
        "ORDER_CANCELLED",
        "ORDER_EXPIRED",
        "PAYMENT_IN_PROGRESS",
      ],
      {
        description:
          "202 with status `paying`: the provider has not answered in time; the shop asks it again by itself. Read the order until it is `paid` or `reserved` again.",
        requestParams: { path: z.object(order) },
        requestBody: { content: json(schemas.paySchema), required: true },
      },
    ),
  },
  "/api/orders/{id}/cancel": {
    post: operation(
      "Give a reservation's units back",
      { 200: schemas.orderSchema },
      [
        "FOREIGN_ORIGIN",
        "ORDER_NOT_FOUND",
        "ALREADY_PAID",
        "ORDER_EXPIRED",
        "PAYMENT_IN_PROGRESS",
        "LOCK_BUSY",
        "LOCK_LOST",
      ],
      { requestParams: { path: z.object(order) } },
    ),
  },
};
