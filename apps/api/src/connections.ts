import { randomBytes } from "node:crypto";
import { connectDynamodb } from "@last-unit/locks/dynamodb";
import { reconnectAfterMs } from "@last-unit/locks/redis";
import { connectLockNode } from "@last-unit/locks/redlock";
import { type ZooKeeperEnsemble, zooKeeperEnsemble } from "@last-unit/locks/zookeeper";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import type { Env } from "./config.ts";
import { connectDatabase } from "./db/client.ts";
import { serviceLog } from "./observe/availability-log.ts";
import { logLockNode } from "./observe/lock-node-log.ts";
import { applicationName, processName } from "./observe/locks/processes.ts";

export type Connections = ReturnType<typeof openConnections>;

/** Starts connecting to all configured services. A service may be unavailable now or later; its client reconnects. */
export function openConnections(env: Env, logger: Logger) {
  // One name in the lease tokens and in PostgreSQL's views, so that a lock monitor finds whose lock it is.
  const holder = processName(env.REPLICA_NAME, randomBytes(3).toString("hex"));
  const openPool = () => connectDatabase(env.DATABASE_URL, env.DATABASE_POOL, applicationName(holder));
  const database = openPool();
  // A crowd that waits for a row would otherwise keep the shop's own requests waiting for a connection.
  const raceDatabase = env.LAB ? openPool() : undefined;
  const lockNodes = env.REDIS_URLS.map((url) => logLockNode(connectLockNode(url), logger));
  const eventsRedis = env.EVENTS_REDIS_URL ? connectEvents(env.EVENTS_REDIS_URL, logger) : undefined;
  const dynamodb = openDynamodb(env, logger);
  const zookeeper = env.ZOOKEEPER_URL ? openEnsemble(env.ZOOKEEPER_URL, logger) : undefined;

  return {
    database,
    /** For the purchases of the lab's races; absent if the lab is off. */
    raceDatabase,
    eventsRedis,
    lockServices: { lockNodes, dynamodb, zookeeper, holder },
    async close() {
      for (const redis of [...lockNodes, eventsRedis]) redis?.disconnect();
      dynamodb?.client.destroy();
      zookeeper?.close();
      await Promise.all([database.$disconnect(), raceDatabase?.$disconnect()]);
    },
  };
}

function openDynamodb(env: Env, logger: Logger) {
  if (!env.DYNAMODB_ENDPOINT && !env.DYNAMODB_TABLE) return undefined;
  const dynamodb = connectDynamodb({
    endpoint: env.DYNAMODB_ENDPOINT,
    table: env.DYNAMODB_TABLE,
    region: env.AWS_REGION,
    hasCredential: Boolean(env.AWS_ACCESS_KEY_ID ?? env.AWS_PROFILE ?? env.AWS_WEB_IDENTITY_TOKEN_FILE),
  });
  return { ...dynamodb, report: serviceLog("DynamoDB", logger) };
}

function connectEvents(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 2_000,
    connectTimeout: 1_000,
    retryStrategy: reconnectAfterMs,
  });
  return logStatus(redis, "events Redis", logger);
}

function openEnsemble(url: string, logger: Logger): ZooKeeperEnsemble {
  return zooKeeperEnsemble({
    url,
    onAvailable(available) {
      if (available) logger.info({ url }, "ZooKeeper is back");
      else logger.warn({ url }, "no ZooKeeper server has been reached for a second");
    },
  });
}

/** Logs one line when the connection is lost and one when it is back, but not ioredis's attempts in between. */
function logStatus(redis: Redis, what: string, logger: Logger): Redis {
  let up: boolean | undefined;
  const address = `${redis.options.host}:${redis.options.port}`;
  redis.on("ready", () => {
    if (up === false) logger.info({ address }, `${what} is back`);
    up = true;
  });
  redis.on("error", (error) => {
    if (up !== false) logger.warn({ address, reason: error.message || String(error) }, `${what} does not answer`);
    up = false;
  });
  redis.on("close", () => {
    if (up) logger.warn({ address }, `${what} closed the connection`);
    if (up) up = false;
  });
  return redis;
}
