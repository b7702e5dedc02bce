import { parseZooKeeperUrl } from "@last-unit/locks/zookeeper";
import { z } from "zod";
import { strategyNames } from "./inventory/strategy-catalogue.ts";

const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
  });
const list = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((value) => value.split(",").map((entry) => entry.trim()))
    .pipe(z.array(item));
const flag = z.enum(["0", "1"]).default("0").transform(Number).pipe(z.coerce.boolean());
const milliseconds = (fallback: number, min = 1) => z.coerce.number().int().min(min).max(86_400_000).default(fallback);

function asZooKeeperUrl(value: string, context: z.RefinementCtx): void {
  try {
    parseZooKeeperUrl(value);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
}

const schema = z
  .object({
    HOST: z.string().default("127.0.0.1"),
    PUBLIC_HOSTS: list(
      z.string().regex(/^[\w.-]+$|^\[[0-9a-f:]+\]$/i, { error: "must be host names without ports" }),
    ).default([]),
    PORT: z.coerce.number().int().min(0).max(65_535).default(3001),
    DATABASE_URL: url("postgres:", "postgresql:"),
    DATABASE_POOL: z.coerce.number().int().min(2).max(500).default(20),
    REDIS_URLS: list(url("redis:", "rediss:")),
    EVENTS_REDIS_URL: url("redis:", "rediss:").optional(),
    DYNAMODB_ENDPOINT: url("http:", "https:").optional(),
    DYNAMODB_TABLE: z
      .string()
      .regex(/^[\w.-]{3,255}$/, { error: "must be 3 to 255 letters, digits, dots, dashes or underscores" })
      .optional(),
    AWS_REGION: z.string().optional(),
    // The SDK reads these. The API only checks whether one is set.
    AWS_ACCESS_KEY_ID: z.string().optional(),
    AWS_PROFILE: z.string().optional(),
    AWS_WEB_IDENTITY_TOKEN_FILE: z.string().optional(),
    ZOOKEEPER_URL: z.string().superRefine(asZooKeeperUrl).optional(),
    REPLICA_NAME: z
      .string()
      .regex(/^[\w.-]{1,64}$/)
      .default("replica-1"),
    REPLICA_URLS: list(url("http:", "https:")).optional(),
    COOKIE_SECRET: z.string().min(16),
    COOKIE_SECURE: flag,
    TRUST_PROXY: z.string().default("loopback"),
    LAB: flag,
    LAB_TOKEN: z.string().min(16, { error: "must be 16 characters at least, so that it cannot be guessed" }).optional(),
    LAB_OPEN: flag,
    /** The folder of the reports that the lab shows. */
    REPORTS: z.string().optional(),
    LAB_RUN_TTL_MS: milliseconds(3_600_000),
    LOCK_STRATEGY: z.enum(strategyNames).default("redlock+row-lock"),
    LOCK_TTL_MS: milliseconds(5_000, 100),
    LOCK_WAIT_MS: milliseconds(10_000),
    RESERVATION_TTL_MS: milliseconds(600_000),
    /** At least RESERVATION_TTL_MS, so that a retry finds its order as long as it can be paid. */
    IDEMPOTENCY_TTL_MS: milliseconds(86_400_000),
    SWEEP_INTERVAL_MS: milliseconds(500),
    PAYMENT_TIMEOUT_MS: milliseconds(2_000),
    SHUTDOWN_DELAY_MS: milliseconds(0, 0),
    LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  })
  .refine((env) => env.IDEMPOTENCY_TTL_MS >= env.RESERVATION_TTL_MS, {
    path: ["IDEMPOTENCY_TTL_MS"],
    error: "must be at least RESERVATION_TTL_MS: a retry has to find its order as long as it can be paid",
  })
  .refine((env) => !env.LOCK_STRATEGY.startsWith("dynamodb-") || env.DYNAMODB_ENDPOINT || env.DYNAMODB_TABLE, {
    path: ["LOCK_STRATEGY"],
    error: "locks in DynamoDB: set DYNAMODB_ENDPOINT, or DYNAMODB_TABLE and AWS_REGION for the real service",
  })
  .refine((env) => !env.LOCK_STRATEGY.startsWith("zookeeper") || env.ZOOKEEPER_URL !== undefined, {
    path: ["LOCK_STRATEGY"],
    error: "a zookeeper strategy needs ZOOKEEPER_URL, such as host1:2181,host2:2181,host3:2181",
  })
  .refine((env) => !env.LAB || env.LAB_OPEN || env.LAB_TOKEN !== undefined, {
    path: ["LAB_TOKEN"],
    error: "the lab lets anybody create runs: set LAB_TOKEN, or LAB_OPEN=1 on a machine that only you reach",
  });

export type Env = z.infer<typeof schema>;

/**
 * Reads and validates the environment. Empty variables count as unset, because compose files cannot unset one.
 * @throws Error with one line for each invalid variable.
 */
export function readEnv(variables: Record<string, string | undefined>): Env {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`The environment is not usable:\n${lines.join("\n")}`);
}
