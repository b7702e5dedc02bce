import { allOrFirstFailure } from "./all-settled.ts";
import type { GivenServices } from "./given-services.ts";
import { answersQueries, createDatabase, preparePostgres } from "./postgres/postgres.ts";
import { ensureRedis } from "./programs/redis-runner.ts";
import { prepareRedis, redisInfo } from "./redis.ts";
import { StackError } from "./stack-error.ts";
import type { Service } from "./supervise/service.ts";
import type { Surroundings } from "./supervise/service-spec.ts";

const LOCK_NODES = 5;

/** How a service becomes part of the system. */
interface Starter {
  around: Surroundings;
  /** Puts it under supervision and waits until it answers. */
  start(service: Service): Promise<void>;
}

/** @returns the address of the shop's database. */
export async function startPostgres(
  home: string,
  givenUrl: string | undefined,
  { around, start }: Starter,
): Promise<string> {
  if (givenUrl) {
    if (await answersQueries(givenUrl)) return givenUrl;
    throw new StackError(
      "The database at DATABASE_URL does not answer. Start it, or leave DATABASE_URL out: then PostgreSQL is started for you.",
    );
  }
  const { service, url } = await preparePostgres(home, around);
  await start(service);
  await createDatabase(url);
  return url;
}

/** The lock nodes, and the Redis that carries the lab's events. */
export async function startRedis(home: string, given: GivenServices, delayMs: number, { around, start }: Starter) {
  const runner = given.redisUrls && given.eventsRedisUrl ? undefined : await ensureRedis((line) => around.report(line));
  const startNode = async (name: string, givenUrl: string | undefined, variable: string, restartDelayMs?: number) => {
    if (givenUrl || !runner) {
      const url = givenUrl as string;
      if (await redisInfo(url)) return { name, url };
      throw new StackError(`A Redis of ${variable} does not answer. Start it, or leave ${variable} out.`);
    }
    const { service, url } = await prepareRedis(name, home, runner, around, restartDelayMs);
    await start(service);
    return { name, url };
  };
  const nodes = given.redisUrls ?? Array.from({ length: LOCK_NODES }, () => undefined);
  const [events, ...lockNodes] = await allOrFirstFailure([
    startNode("redis-events", given.eventsRedisUrl, "EVENTS_REDIS_URL"),
    ...nodes.map((url, index) => startNode(`redis-${index + 1}`, url, "REDIS_URLS", delayMs)),
  ]);
  return { events: events as { name: string; url: string }, lockNodes };
}

/** Tables and catalogue; both are left as they are when they are there already. */
export async function prepareDatabase(databaseUrl: string): Promise<void> {
  const { migrate } = await import("@last-unit/prisma/migrate");
  const { seedCatalogue } = await import("@last-unit/prisma/catalogue");
  await migrate(databaseUrl);
  await seedCatalogue(databaseUrl);
}
