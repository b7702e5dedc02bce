import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import type { ErrorCode } from "../errors.ts";
import { problems } from "./problems.ts";
import * as replays from "./replay-schemas.ts";
import * as schemas from "./schemas.ts";

const order = { id: z.string() };
const sku = { sku: z.string() };
const ownErrors = ["INVALID_REQUEST", "MALFORMED_JSON", "UNSUPPORTED_MEDIA_TYPE", "BODY_TOO_LARGE"] as const;

const json = (schema: z.ZodType) => ({ "application/json": { schema } });

function operation(
  summary: string,
  answers: Record<number, z.ZodType>,
  codes: readonly ErrorCode[],
  input: Pick<ZodOpenApiOperationObject, "requestParams" | "requestBody" | "description"> = {},
): ZodOpenApiOperationObject {
  const responses: ZodOpenApiOperationObject["responses"] = {};
  for (const [status, schema] of Object.entries(answers)) {
    responses[status as `${1 | 2 | 3 | 4 | 5}${string}`] = { description: "Done.", content: json(schema) };
  }
  for (const status of new Set(codes.map((code) => problems[code].status))) {
    const here = codes.filter((code) => problems[code].status === status);
    responses[String(status) as `${1 | 2 | 3 | 4 | 5}${string}`] = {
      description: here.map((code) => `\`${code}\`: ${problems[code].title}.`).join(" "),
      content: { "application/problem+json": { schema: schemas.problemSchema } },
    };
  }
  return { summary, ...input, responses };
}

const shopPaths: ZodOpenApiPathsObject = {
  "/api/products": {
    get: operation("The catalogue, with live stock", { 200: z.array(schemas.productSchema) }, ["DATABASE_UNAVAILABLE"]),
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
        ...ownErrors,
        "UNKNOWN_SKU",
        "ORDER_TOO_LARGE",
        "IDEMPOTENCY_KEY_REUSED",
        "OUT_OF_STOCK",
        "LOCK_LOST",
        "LOCK_BUSY",
        "DATABASE_UNAVAILABLE",
      ],
      {
        description:
          "Lines of the same product are summed. A 503 comes with `Retry-After` and is safe to repeat with the same Idempotency-Key.",
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
    get: operation("The buyer's own orders, newest first", { 200: z.array(schemas.orderSchema) }, [
      "DATABASE_UNAVAILABLE",
    ]),
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
        ...ownErrors,
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
      ["ORDER_NOT_FOUND", "ALREADY_PAID", "ORDER_EXPIRED", "PAYMENT_IN_PROGRESS", "LOCK_BUSY", "LOCK_LOST"],
      { requestParams: { path: z.object(order) } },
    ),
  },
  "/api/system": { get: operation("What runs behind this address", { 200: schemas.systemSchema }, []) },
};

const labPaths: ZodOpenApiPathsObject = {
  "/api/lab/strategies": {
    get: operation("Every locking strategy", { 200: z.array(schemas.strategySchema) }, ["LAB_TOKEN_REQUIRED"]),
  },
  "/api/lab/runs": {
    post: operation(
      "A fresh product, raced under one strategy",
      { 201: schemas.createdRunSchema },
      [...ownErrors, "LAB_TOKEN_REQUIRED", "STRATEGY_UNAVAILABLE"],
      { requestBody: { content: json(schemas.runSchema), required: true } },
    ),
  },
  "/api/lab/runs/{id}/buyers": {
    post: operation(
      "Send buyers, all at the same moment, once or for a while",
      { 202: schemas.sentBuyersSchema },
      [...ownErrors, "RUN_NOT_FOUND", "TOO_MANY_BUYERS", "LAB_TOKEN_REQUIRED"],
      {
        requestParams: { path: z.object(order) },
        requestBody: { content: json(schemas.buyersSchema), required: true },
      },
    ),
  },
  "/api/lab/runs/{id}/verdict": {
    get: operation(
      "What the ledger and the answers say",
      { 200: schemas.verdictSchema },
      ["RUN_NOT_FOUND", "INVALID_REQUEST"],
      {
        requestParams: { path: z.object(order), query: schemas.verdictQuerySchema },
      },
    ),
  },
  "/api/lab/runs/{id}/sales": {
    get: operation(
      "What the run's crowds have bought so far: a counter",
      { 200: schemas.salesSchema },
      ["RUN_NOT_FOUND"],
      {
        description: "Cheap enough to be asked a few times a second while a crowd is at the checkout.",
        requestParams: { path: z.object(order) },
      },
    ),
  },
  "/api/lab/runs/{id}/history": {
    get: operation(
      "What each buyer asked and was told, and when: JSON lines in Jepsen's vocabulary",
      {},
      ["RUN_NOT_FOUND"],
      {
        description:
          "As the buyers saw it where they kept a record, otherwise as their replica did. Times are nanoseconds on one monotonic clock.",
        requestParams: { path: z.object(order) },
      },
    ),
  },
  "/api/lab/runs/{id}/events": {
    get: operation(
      "The run's checkpoints, as server-sent events",
      {},
      ["RUN_NOT_FOUND", "NOT_FOUND", "TOO_MANY_VIEWERS"],
      {
        description: "Past events first, then live ones. `Last-Event-ID` resumes.",
        requestParams: { path: z.object(order) },
      },
    ),
  },
};

const replayPaths: ZodOpenApiPathsObject = {
  "/api/lab/replays": {
    get: operation("The twelve classic replays", { 200: replays.replayListSchema }, ["LAB_TOKEN_REQUIRED"]),
  },
  "/api/lab/replays/{scenario}/{strategy}": {
    post: operation(
      "Play a scenario under a strategy, on the real services",
      { 200: replays.replaySchema },
      ["NOT_FOUND", "STRATEGY_UNAVAILABLE", "INVALID_REQUEST", "TOO_MANY_REPLAYS", "LAB_TOKEN_REQUIRED"],
      {
        description: "The answer comes when the history is over, after some seconds at most, and holds every step.",
        requestParams: { path: z.object({ scenario: z.string(), strategy: z.string() }) },
      },
    ),
  },
  "/api/lab/matrix": {
    get: operation("Which strategy survives what, as this build measured it", { 200: replays.matrixSchema }, [
      "LAB_TOKEN_REQUIRED",
    ]),
    post: operation(
      "Measure every strategy against every scenario",
      { 202: replays.matrixSchema },
      ["INVALID_REQUEST", "LAB_TOKEN_REQUIRED"],
      {
        description:
          "One measurement at a time in the installation: while one is under way, this joins it. Read the matrix until `measuring` is false.",
      },
    ),
  },
};

/** The OpenAPI 3.1 description, from the schemas that validate. */
export function openApi() {
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Last Unit",
      version: "0.1.0",
      description: "A shop whose checkout never sells the same unit twice, and a laboratory that shows why.",
      license: { name: "MIT", identifier: "MIT" },
    },
    paths: { ...shopPaths, ...labPaths, ...replayPaths },
  });
}
