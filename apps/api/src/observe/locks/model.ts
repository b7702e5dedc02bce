import { z } from "zod";

export const lockStores = ["postgresql", "redis", "zookeeper", "dynamodb"] as const;

/**
 * - `waited for`: somebody is queued behind the holder.
 * - `minority`: fewer than half of the Redis nodes have the key. A lock of `set-nx`, which uses one node, is shown so too.
 * - `split`: the Redis nodes name different owners.
 * - `orphan`: the owner's process is gone; the lock lasts until its TTL is over.
 * - `stuck`: somebody has waited for it longer than `STUCK_AFTER_MS`.
 * - `idle in transaction`: a holder has an open transaction and sends nothing.
 */
export const lockStates = [
  "held",
  "waited for",
  "minority",
  "split",
  "orphan",
  "stuck",
  "idle in transaction",
] as const;

const holderSchema = z.object({
  owner: z.string().meta({ description: "The owner token, or the database backend: `backend 4711`." }),
  process: z.string().optional().meta({ description: "The replica that the token names. Absent: unknown owner." }),
  isGone: z.boolean().optional().meta({ description: "That process has no database connection any more." }),
  heldMs: z.number().optional(),
  leftMs: z.number().optional().meta({ description: "Until the store ends the lease." }),
  fencingToken: z.string().optional(),
});

const waiterSchema = z.object({
  backend: z.number(),
  process: z.string().optional(),
  waitedMs: z.number(),
  waitsFor: z.array(z.number()).meta({ description: "The backends that block it." }),
});

const nodeSchema = z.object({
  node: z.number().meta({ description: "1 for the first Redis node." }),
  owner: z.string().optional(),
  leftMs: z.number().optional(),
  problem: z.string().optional().meta({ description: "Why the node could not be read." }),
});

export const lockSchema = z
  .object({
    store: z.enum(lockStores),
    kind: z.enum(["lease", "row lock", "advisory lock", "transaction"]),
    resource: z.string(),
    states: z.array(z.enum(lockStates)),
    holders: z.array(holderSchema),
    waiting: z.number().meta({ description: "How many are queued, where the store knows." }),
    waiters: z.array(waiterSchema).meta({ description: "The longest-waiting ones, where the store names them." }),
    nodes: z.array(nodeSchema).optional().meta({ description: "What each Redis node says." }),
  })
  .meta({ id: "Lock" });

export const lockReportSchema = z
  .object({
    at: z.iso.datetime(),
    locks: z.array(lockSchema).meta({ description: "The most urgent ones first." }),
    isCut: z.boolean().meta({ description: "There are more than `limit`." }),
    stores: z.array(
      z.object({
        store: z.enum(lockStores),
        problem: z.string().optional().meta({ description: "Why it is missing." }),
      }),
    ),
  })
  .meta({ id: "LockReport" });

export type LockStoreName = (typeof lockStores)[number];
export type LockState = (typeof lockStates)[number];
export type Holder = z.infer<typeof holderSchema>;
export type Waiter = z.infer<typeof waiterSchema>;
export type LockView = z.infer<typeof lockSchema>;
export type LockReport = z.infer<typeof lockReportSchema>;

/** Anything that needs a person's attention; `npm run locks` exits with 1. */
export const urgent: readonly LockState[] = ["split", "orphan", "stuck", "idle in transaction"];
