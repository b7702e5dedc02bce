import { z } from "zod";
import { quantitySchema, skuSchema } from "../../checkout/http/schemas.ts";
import { milliseconds, onlyFields, wholeNumber } from "../../http/fields.ts";
import { strategyNames } from "../../inventory/strategy-catalogue.ts";
import { CHECKOUT_LIMIT } from "../races/crowd.ts";

export const runSchema = onlyFields(
  {
    strategy: z.enum(strategyNames, { error: `Strategy must be one of ${strategyNames.join(", ")}.` }),
    stock: wholeNumber("Stock", 1, 1_000_000),
    thinkTimeMs: milliseconds("The delay between read and write", 0, 2_000).default(0),
    lockTtlMs: milliseconds("The lock's TTL", 100, 10_000)
      .optional()
      .meta({ description: "How long a guard's lease lasts. Without it, as the system is configured." }),
    lockWaitMs: milliseconds("The wait for the lock", 0, 10_000)
      .optional()
      .meta({ description: "How long a buyer waits for a guard's lease. Without it, as the system is configured." }),
    watchable: z.boolean({ error: "Watchable must be true or false." }).default(true).meta({
      description:
        "`false` for measuring: no checkpoints are published, and answers are kept of the crowds that the lab sends, not by each replica.",
    }),
  },
  "The body must be an object with a strategy and a stock.",
).meta({ id: "RunSettings" });

export const buyersSchema = onlyFields(
  {
    count: wholeNumber("The number of buyers", 1, 1_000),
    quantity: quantitySchema.default(1),
    forMs: milliseconds("The duration", 100, 10_000)
      .optional()
      .meta({
        description: `Each buyer orders again as soon as they have a response, until this time is over or no units are left; after ${CHECKOUT_LIMIT.toLocaleString("en")} checkouts in total they stop. Without it, each orders once.`,
      }),
  },
  "The body must be an object with the number of buyers as “count”.",
).meta({ id: "Buyers" });

export const verdictQuerySchema = z.object({
  history: z
    .enum(["judged", "left-out"], { error: "History must be “judged” or “left-out”." })
    .default("judged")
    .meta({ description: "`left-out`: the ledger's verdict alone, `linearizable` is then `unknown`." }),
});

export const eventsQuerySchema = z.object({
  follow: z
    .enum(["true", "false"], { error: "Follow must be “true” or “false”." })
    .default("true")
    .meta({ description: "`false`: the response ends after the events so far." }),
});

const aboutSchema = z.object({
  idea: z.string(),
  guarantee: z.string(),
  failureMode: z.string(),
  cost: z.string(),
});

export const strategySchema = z
  .object({
    name: z.enum(strategyNames),
    guard: z.string(),
    write: z.string(),
    teaches: z.string().meta({ description: "The lesson, in a phrase." }),
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
    lockTtlMs: z.int().optional(),
    lockWaitMs: z.int().optional(),
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
    elapsedMs: z.number().meta({ description: "From the first buyer's request to the response of the latest sale." }),
    buyers: z.object({ asked: z.int(), answered: z.int() }),
  })
  .meta({ id: "Sales", description: "A run's sales so far, according to the buyers' answers." });

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
          "nobody-served",
        ]),
        unit: z.int().optional(),
        orders: z.array(z.string()).optional(),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: "LedgerVerdict" });

/** The verdict of the ledger, with the result of the linearizability check. */
export const verdictSchema = ledgerVerdictSchema
  .extend({
    linearizable: z.union([z.boolean(), z.literal("unknown")]).meta({
      description: "Whether the buyers' answers are linearizable: a correct shop could have given them.",
    }),
    unknownBecause: z.string().nullable(),
    counterexample: z
      .object({ sentences: z.array(z.string()), svg: z.string(), operations: z.int() })
      .nullable()
      .meta({
        description: "The shortest part of the history that is not linearizable, in sentences and as a drawing.",
      }),
  })
  .meta({ id: "Verdict" });
