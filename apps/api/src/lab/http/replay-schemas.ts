import { z } from "zod";
import { skuSchema } from "../../checkout/http/schemas.ts";
import { votesSchema } from "../../http/schemas.ts";
import { ledgerVerdictSchema } from "./schemas.ts";

export const replayListSchema = z
  .array(
    z.object({
      number: z.int(),
      title: z.string(),
      story: z.string().meta({ description: "What happens, in a sentence." }),
      ends: z.enum(["survives", "loses"]).meta({ description: "Whether the strategy passes the scenario." }),
      scenario: z.string(),
      strategy: z.string(),
      available: z.boolean(),
      reason: z.string().nullable().meta({ description: "Why it cannot run now, and the command that helps." }),
    }),
  )
  .meta({ id: "Replays" });

const laneSchema = z
  .object({
    state: z.enum(["outside", "waiting", "holding", "inside", "suspended", "done"]),
    label: z.string().nullable(),
  })
  .meta({
    id: "Lane",
    description:
      "holding: has the lock, as the store says; inside: at work while nothing keeps others out; suspended: its machine is suspended.",
  });

const stepSchema = z
  .object({
    number: z.int(),
    sentence: z.string(),
    shopper: z.string().nullable().meta({ description: "Who acts; null: time, or a store by itself." }),
    atMs: z.number().meta({ description: "Milliseconds since the start of the replay." }),
    lanes: z.record(z.string(), laneSchema).meta({ description: "After the step." }),
    stocks: z.array(z.int()).meta({ description: "Committed stock of each product after the step." }),
    holder: z.string().nullable().meta({ description: "Who holds the lock after the step, according to its store." }),
    decisive: z.boolean(),
  })
  .meta({ id: "ReplayStep" });

const raceEventSchema = z
  .looseObject({
    at: z.number().meta({ description: "Epoch milliseconds with a fraction." }),
    shopper: z.string(),
    attempt: z.string(),
    replica: z.string(),
    checkpoint: z.enum([
      "arrived",
      "waiting",
      "locked",
      "read",
      "checked",
      "written",
      "committed",
      "released",
      "conflict",
      "refused",
      "lost",
      "answered",
    ]),
    sku: z.string().optional(),
    stock: z.int().optional(),
    quantity: z.int().optional(),
    unitNumbers: z.array(z.int()).optional(),
    votes: votesSchema.optional(),
    waitedMs: z.number().optional(),
    outcome: z.string().optional(),
    conflict: z.string().optional(),
    fencingToken: z.string().optional(),
    fence: z.string().optional(),
    orderId: z.string().optional(),
  })
  .meta({ id: "RaceEvent", description: "One checkpoint of one buyer, as in the event stream." });

export const replaySchema = z
  .object({
    scenario: z.string(),
    strategy: z.string(),
    number: z.int().nullable().meta({ description: "Its place among the twelve classics." }),
    title: z.string(),
    question: z.string(),
    shoppers: z.array(z.string()),
    products: z.array(z.object({ sku: skuSchema, name: z.string(), stock: z.int() })),
    steps: z.array(stepSchema),
    outcome: z.object({ survived: z.boolean(), headline: z.string(), sentence: z.string() }),
    answers: z.record(
      z.string(),
      z.object({ code: z.string(), unitNumbers: z.array(z.int()), orderId: z.uuid().nullable() }),
    ),
    verdicts: z.array(ledgerVerdictSchema).meta({ description: "One for each product." }),
    events: z.array(raceEventSchema),
  })
  .meta({ id: "Replay" });

export const matrixSchema = z
  .object({
    build: z.string(),
    measuredAt: z.iso.datetime().nullable(),
    measuring: z.boolean(),
    scenarios: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        question: z.string(),
        replayable: z.boolean().meta({ description: "Whether its cells are replays with an address." }),
      }),
    ),
    strategies: z.array(z.string()),
    cells: z.array(
      z.object({
        scenario: z.string(),
        strategy: z.string(),
        result: z.enum(["survives", "loses", "not-applicable", "unavailable", "not-measured"]),
        sentence: z.string(),
        tookMs: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: "Matrix" });
