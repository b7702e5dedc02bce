import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type System, startSystem } from "@last-unit/stack";
import type { Bench, Replicas } from "../figure.ts";
import { replicaEnv } from "./start-by-command.ts";

interface Settings {
  count?: number;
  databaseUrl?: string;
  env?: Record<string, string>;
}

/**
 * More replicas over the bench's own services, whose shop sells under `strategy`, or the shop's default. `databaseUrl`
 * names another database; it is prepared as at any start.
 */
export async function startReplicas(
  bench: Bench,
  strategy?: string,
  { count = 3, databaseUrl = bench.system.file.postgres.url, env = {} }: Settings = {},
): Promise<Replicas> {
  const { file } = bench.system;
  const home = await mkdtemp(join(tmpdir(), "last-unit-bench-"));
  const removeHome = () => rm(home, { recursive: true, force: true });
  try {
    const system = await startSystem({
      home,
      lab: false,
      replicas: count,
      given: {
        databaseUrl,
        redisUrls: file.redis.map(({ url }) => url),
        eventsRedisUrl: file.eventsRedis.url,
        dynamodb: file.dynamodb && { endpoint: file.dynamodb.url },
        zookeeper: false,
      },
      env: { ...replicaEnv(strategy), ...env },
      signal: bench.signal,
    });
    return { ...describe(system), stop: () => system.stop().finally(removeHome) };
  } catch (error) {
    await removeHome();
    throw error;
  }
}

const describe = ({ file }: System) => ({
  urls: file.replicas.map(({ url }) => url),
  pids: file.replicas.flatMap(({ pid }) => pid ?? []),
});
