import { allOrFirstFailure } from "./all-settled.ts";
import { checkEventsRedis, checkLockNodes } from "./check-redis.ts";
import { answersHttp, prepareDynamodb } from "./dynamodb.ts";
import type { GivenServices } from "./given-services.ts";
import { createDatabase, preparePostgres } from "./postgres/postgres.ts";
import { ensureRedis } from "./programs/redis-runner.ts";
import { prepareRedis } from "./redis.ts";
import { StackError } from "./stack-error.ts";
import type { Service } from "./supervise/service.ts";
import type { Surroundings } from "./supervise/service-spec.ts";

const LOCK_NODES = 5;
/** Our PostgreSQL accepts 200 connections, of which some are for tests and people. */
const OWN_ROOM = 160;

/** Adds services to the system. */
interface Starter {
  around: Surroundings;
  /** Supervises the service and waits until it answers. */
  start(service: Service): Promise<void>;
}

/** @returns the address of the shop's database, and how many connections the replicas may open in all. */
export async function startPostgres(
  home: string,
  givenUrl: string | undefined,
  { around, start }: Starter,
): Promise<{ url: string; room: number }> {
  if (givenUrl) {
    const { checkServer } = await import("@last-unit/prisma/check-server");
    const room = await checkServer(givenUrl).catch((error: Error) => {
      throw new StackError(`${error.message} Without DATABASE_URL, a PostgreSQL 18 is started for you.`, {
        cause: error,
      });
    });
    return { url: givenUrl, room };
  }
  const { service, url } = await preparePostgres(home, around);
  await start(service);
  await createDatabase(url);
  return { url, room: OWN_ROOM };
}

/** Starts the Redis lock nodes and the events Redis, unless they are given. */
export async function startRedis(home: string, given: GivenServices, delayMs: number, { around, start }: Starter) {
  if (given.redisUrls) for (const advice of await checkLockNodes(given.redisUrls)) around.report(advice);
  if (given.eventsRedisUrl) await checkEventsRedis(given.eventsRedisUrl);
  const runner = given.redisUrls && given.eventsRedisUrl ? undefined : await ensureRedis((line) => around.report(line));
  const startNode = async (name: string, givenUrl: string | undefined, restartDelayMs?: number) => {
    if (givenUrl || !runner) return { name, url: givenUrl as string };
    const { service, url } = await prepareRedis(name, home, runner, around, restartDelayMs);
    await start(service);
    return { name, url };
  };
  const nodes = given.redisUrls ?? Array.from({ length: LOCK_NODES }, () => undefined);
  const [events, ...lockNodes] = await allOrFirstFailure([
    startNode("redis-events", given.eventsRedisUrl),
    ...nodes.map((url, index) => startNode(`redis-${index + 1}`, url, delayMs)),
  ]);
  return { events: events as { name: string; url: string }, lockNodes };
}

/** Variables that the AWS SDK reads. Passed to a replica only if the user has configured DynamoDB. */
const awsSettings = /^(AWS_|DYNAMODB_TABLE$)/;

/** @returns the address, if it is not the real service, and the environment variables for the replicas. */
export async function startDynamodb(
  home: string,
  given: GivenServices["dynamodb"],
  { around, start }: Starter,
): Promise<{ url?: string; env: Record<string, string> }> {
  if (given) {
    const settings = Object.entries(process.env).filter(([name]) => awsSettings.test(name));
    const env = Object.fromEntries(settings) as Record<string, string>;
    if (given === "aws") return { env };
    if (!(await answersHttp(given.endpoint))) {
      throw new StackError(
        "The DynamoDB at DYNAMODB_ENDPOINT does not answer. Start it, or leave DYNAMODB_ENDPOINT out: then a local one is started for you.",
      );
    }
    return { url: given.endpoint, env: { ...env, DYNAMODB_ENDPOINT: given.endpoint } };
  }
  const { service, url } = await prepareDynamodb(home, around);
  try {
    await start(service);
  } catch (error) {
    if (!(error instanceof StackError) || around.ending.aborted) throw error;
    // Only two strategies need DynamoDB. The lab lists them as unavailable.
    await service.stop();
    around.report(`continuing without DynamoDB: ${error.message}`);
    return { env: {} };
  }
  return { url, env: { DYNAMODB_ENDPOINT: url } };
}

/** Creates the tables and the catalogue, unless they exist. */
export async function prepareDatabase(databaseUrl: string): Promise<void> {
  const { migrate } = await import("@last-unit/prisma/migrate");
  const { seedCatalogue } = await import("@last-unit/prisma/catalogue");
  await migrate(databaseUrl);
  await seedCatalogue(databaseUrl);
}
