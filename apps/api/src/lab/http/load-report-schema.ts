import { z } from "zod";

/** The part of a report of `npm run load` that the lab shows. */
export const loadReportSchema = z
  .object({
    conditions: z.object({
      startedAt: z.iso.datetime(),
      commit: z.string().optional(),
      rounds: z.int(),
      buyers: z.int(),
      stock: z.int(),
      clients: z.int(),
      thinkTimeMs: z.int(),
      replicas: z.int(),
      database: z.string(),
      machine: z.string(),
    }),
    results: z.array(
      z.object({
        strategy: z.string(),
        safe: z.boolean(),
        unitsPerSecond: z.number().meta({ description: "A unit that was sold twice counts once." }),
        errors: z.int().meta({ description: "Checkouts that ended neither in a reservation nor in “sold out”." }),
        summary: z.object({ latencyMs: z.object({ p50: z.number(), p99: z.number() }) }),
        verdict: z.object({ unitsSold: z.int(), unitsOversold: z.int() }),
      }),
    ),
  })
  .meta({ id: "LoadReport", description: "What the last `npm run load` measured." });

export type LoadReport = z.infer<typeof loadReportSchema>;
