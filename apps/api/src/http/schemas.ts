import { z } from "zod";
import { type StrategyName, strategyNames } from "../inventory/registry.ts";
import { CHECKOUT_LIMIT } from "../lab/limits.ts";

export const skuSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, { error: "must be 1 to 64 lower-case letters, digits and hyphens" })
  .meta({ example: "reading-lamp" });
const quantitySchema = z.int().min(1).max(1_000);

export const checkoutSchema = z
  .strictObject({
    items: z
      .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
      .min(1)
      .max(20),
  })
  .meta({ id: "Checkout" });

export const idempotencyKeySchema = z.string().min(1).max(255).meta({
  description: "Chosen by the client, once for each intent to buy. The same key and cart get the same order.",
});

export const shopperSchema = z
  .string()
  .regex(/^[\w .-]{1,24}$/)
  .meta({ description: "How the lab's drawing calls this buyer." });

/** A checkout's headers, by their names in lower case. Others are left out. */
export const checkoutHeadersSchema = z.object({
  "idempotency-key": idempotencyKeySchema.optional(),
  "x-lab-shopper": shopperSchema.optional(),
  "x-lab-attempt": z.uuid().optional(),
});

export const paySchema = z
  .strictObject({
    card: z
      .string()
      .transform((card) => card.replaceAll(/[ -]/g, ""))
      .pipe(z.string().regex(/^\d{12,19}$/, { error: "must be a card number of 12 to 19 digits" }))
      .meta({
        description:
          "4242424242424242 is accepted, 4000000000000002 declined, 4000000000000341 times out and is charged some seconds later. Any other number is declined.",
      }),
  })
  .meta({ id: "Payment" });

export const emptySchema = z.strictObject({});

export const runSchema = z
  .strictObject({
    strategy: z.enum(strategyNames as [StrategyName, ...StrategyName[]]),
    stock: z.int().min(1).max(1_000_000),
    thinkTimeMs: z.int().min(0).max(2_000).default(0),
    watchable: z.boolean().default(true).meta({
      description:
        "`false` for measuring: no checkpoints are published, and answers are kept of the crowds that the lab sends, not by each replica.",
    }),
  })
  .meta({ id: "RunSettings" });

export const buyersSchema = z
  .strictObject({
    count: z.int().min(1).max(1_000),
    quantity: quantitySchema.default(1),
    forMs: z
      .int()
      .min(100)
      .max(10_000)
      .optional()
      .meta({
        description: `Each buyer asks again as soon as they have their answer, until this is over or nothing is left; after ${CHECKOUT_LIMIT.toLocaleString("en")} checkouts together they go home. Without it, each asks once.`,
      }),
  })
  .meta({ id: "Buyers" });

export const verdictQuerySchema = z.object({
  history: z
    .enum(["judged", "left-out"])
    .default("judged")
    .meta({ description: "`left-out`: the ledger's verdict alone, `linearizable` is then `unknown`." }),
});

const time = z.iso.datetime();

export const productSchema = z
  .object({
    sku: skuSchema,
    name: z.string(),
    description: z.string(),
    priceCents: z.int(),
    edition: z.int().meta({ description: "Units are numbered 1 to this." }),
    stock: z.int(),
    artwork: z.string().meta({ description: "Which drawing shows it." }),
  })
  .meta({ id: "Product" });

export const orderSchema = z
  .object({
    id: z.uuid(),
    status: z.enum(["reserved", "paying", "paid", "cancelled", "expired"]),
    createdAt: time,
    expiresAt: time,
    lines: z.array(
      z.object({
        sku: skuSchema,
        name: z.string(),
        quantity: z.int(),
        unitPriceCents: z.int(),
        unitNumbers: z.array(z.int()),
      }),
    ),
    totalCents: z.int(),
    strategy: z.string(),
    replica: z.string(),
  })
  .meta({ id: "Order" });

export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: "Stable; for programs." }),
    requestId: z.string(),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details." });

const aboutSchema = z.object({
  idea: z.string(),
  guarantee: z.string(),
  failureMode: z.string(),
  cost: z.string(),
});

export const strategySchema = z
  .object({
    name: z.string(),
    guard: z.string(),
    write: z.string(),
    safe: z.boolean().meta({ description: "Whether concurrent buyers are kept apart while nothing fails." }),
    available: z.boolean(),
    reason: z.string().nullable(),
    default: z.boolean(),
    about: aboutSchema,
  })
  .meta({ id: "Strategy" });

export const createdRunSchema = z
  .object({
    id: z.uuid(),
    sku: skuSchema,
    strategy: z.string(),
    stock: z.int(),
    thinkTimeMs: z.int(),
    watchable: z.boolean(),
  })
  .meta({ id: "Run" });

export const sentBuyersSchema = z
  .object({ runId: z.uuid(), count: z.int(), quantity: z.int(), forMs: z.int().optional() })
  .meta({ id: "SentBuyers" });

export const salesSchema = z
  .object({
    checkouts: z.int().meta({ description: "Asked and answered." }),
    unitsSold: z.int().meta({ description: "Counted once for each order that holds them." }),
    distinctUnits: z.int().meta({ description: "Each unit number once, however many orders hold it." }),
    elapsedMs: z.number().meta({ description: "From the first buyer's question to the latest sale's answer." }),
    buyers: z.object({ asked: z.int(), answered: z.int() }),
  })
  .meta({ id: "Sales", description: "A run's sales so far, as its crowds were told." });

export const ledgerVerdictSchema = z
  .object({
    strategy: z.string(),
    initialStock: z.int(),
    stock: z.int(),
    unitsSold: z.int(),
    unitsOversold: z.int(),
    lostUpdates: z.int(),
    soldOutTooEarly: z.int(),
    orders: z.int(),
    ordersWithoutMovement: z.int(),
    movementsWithoutOrder: z.int(),
    writesRefused: z.int().meta({ description: "Writes with a stale fencing token, refused by PostgreSQL." }),
    passed: z.boolean(),
    answers: z.record(z.string(), z.int()),
    buyers: z.object({ asked: z.int(), answered: z.int() }),
    waitingMs: z.object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() }),
    evidence: z.array(
      z.object({
        kind: z.enum([
          "unit-sold-twice",
          "lost-update",
          "sold-out-too-early",
          "order-without-movement",
          "movement-without-order",
        ]),
        unit: z.int().optional(),
        orders: z.array(z.string()).optional(),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: "LedgerVerdict" });

/** The ledger's verdict, and the history's. */
export const verdictSchema = ledgerVerdictSchema
  .extend({
    linearizable: z.union([z.boolean(), z.literal("unknown")]).meta({
      description:
        "Whether there is an order of events, within the buyers' own times, that a correct shop could have had.",
    }),
    unknownBecause: z.string().nullable(),
    counterexample: z
      .object({ sentences: z.array(z.string()), svg: z.string(), operations: z.int() })
      .nullable()
      .meta({ description: "The shortest piece of the history for which there is no such order, told and drawn." }),
  })
  .meta({ id: "Verdict" });

export const systemSchema = z
  .object({
    lab: z.boolean(),
    labTokenRequired: z.boolean(),
    replica: z.string(),
    replicas: z.int(),
    lockNodes: z.object({ answering: z.int(), total: z.int() }),
    database: z.string(),
    lockStrategy: z.string(),
  })
  .meta({ id: "System" });
