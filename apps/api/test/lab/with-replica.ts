import { type Logger, pino } from "pino";
import { readEnv } from "../../src/config.ts";
import { startReplica } from "../../src/replica.ts";
import { system } from "../system.ts";

/** One more replica over the same services, inside the test process, with the lab on. */
export async function withReplica(
  variables: Record<string, string>,
  use: (url: string) => Promise<void>,
  logger: Logger = pino({ level: "silent" }),
): Promise<void> {
  const env = readEnv({
    PORT: "0",
    DATABASE_URL: system.postgres.url,
    REDIS_URLS: system.redis.map((node) => node.url).join(","),
    EVENTS_REDIS_URL: system.eventsRedis.url,
    COOKIE_SECRET: "a secret of this test only",
    REPLICA_NAME: "replica-of-the-test",
    LAB: "1",
    ...variables,
  });
  const replica = await startReplica(env, logger);
  try {
    await use(replica.url);
  } finally {
    await replica.stop();
  }
}
