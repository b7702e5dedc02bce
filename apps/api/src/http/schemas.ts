import { z } from "zod";
import { onlyFields } from "./fields.ts";

export const emptySchema = onlyFields({}, "This request takes no body, or an empty object.");

export const votesSchema = z
  .object({
    for: z.int(),
    against: z.int(),
    unavailable: z.int(),
    nodes: z
      .array(
        z.object({
          vote: z.enum(["granted", "refused", "silent", "late"]).meta({
            description:
              "`silent`: no answer by then, or no connection. `late`: it answered after its deadline, so its vote did not count.",
          }),
          tookMs: z.number().optional().meta({ description: "From the request to the answer, in milliseconds." }),
        }),
      )
      .meta({ description: "One for each lock node, in the order in which they are configured." }),
  })
  .meta({ id: "Votes", description: "How the lock nodes voted." });

export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: "Stable; for programs." }),
    requestId: z.string(),
    votes: votesSchema
      .optional()
      .meta({ description: "Of `LOCK_BUSY` and `LOCK_LOST`, if the lock has several nodes." }),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details." });

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
