import { createServer, type Server } from "node:http";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import { createApp } from "./app.ts";
import { expireOrders } from "./checkout/expire-orders.ts";
import { forgetKeys } from "./checkout/idempotency.ts";
import { settlePayments } from "./checkout/settle-payments.ts";
import type { Shop } from "./checkout/shop.ts";
import { simulatedProvider } from "./checkout/simulated-provider.ts";
import { startSweeper } from "./checkout/sweeper.ts";
import { connectDatabase } from "./database.ts";
import type { Env } from "./env.ts";
import { ShopError } from "./errors.ts";
import { toShopError } from "./http/problems.ts";
import { connectLockNode, reconnectAfterMs } from "./inventory/guards/connect-lock-node.ts";
import { connectDynamodb } from "./inventory/guards/dynamodb-client.ts";
import { type ZooKeeperEnsemble, zooKeeperEnsemble } from "./inventory/guards/zookeeper/connection.ts";
import { openStrategies, type StrategyName } from "./inventory/registry.ts";
import { answerBook } from "./lab/answers.ts";
import { crowds } from "./lab/crowd.ts";
import { eventStreams } from "./lab/event-stream.ts";
import { eventPublisher } from "./lab/events.ts";
import { historyJudge } from "./lab/history-judge.ts";
import { enterRace } from "./lab/lab.ts";
import { build } from "./lab/matrix/build.ts";
import { crowdColumn } from "./lab/matrix/crowd-column.ts";
import { openMatrix } from "./lab/matrix/matrix.ts";
import { replayColumn } from "./lab/matrix/replay-column.ts";
import { waitingOutsideColumn } from "./lab/matrix/waiting-outside-column.ts";
import { scenarios } from "./lab/replays/catalogue.ts";
import { replayTheatre } from "./lab/replays/perform.ts";
import type { ReplayServices } from "./lab/replays/stage.ts";
import { sweepRuns } from "./lab/runs.ts";
import { logLockNode } from "./observe/lock-node-log.ts";
import { createMetrics } from "./observe/metrics.ts";
import { serviceLog } from "./observe/service-log.ts";

export interface Replica {
  url: string;
  /** Not ready first; then requests under way finish; then connections close. */
  stop(): Promise<void>;
}

/** Opens every connection, wires the application together and listens. */
export async function startReplica(env: Env, logger: Logger): Promise<Replica> {
  const database = connectDatabase(env.DATABASE_URL, env.DATABASE_POOL);
  const lockNodes = env.REDIS_URLS.map((url) => logLockNode(connectLockNode(url), logger));
  const eventsRedis = env.EVENTS_REDIS_URL ? connectEvents(env.EVENTS_REDIS_URL, logger) : undefined;
  const dynamodb = openDynamodb(env, logger);
  const zookeeper = env.ZOOKEEPER_URL ? openEnsemble(env.ZOOKEEPER_URL, logger) : undefined;
  const metrics = createMetrics(env.REPLICA_NAME);
  const lockServices = { lockNodes, dynamodb, zookeeper };
  const strategies = openStrategies({
    ...lockServices,
    database,
    settings: { lockTtlMs: env.LOCK_TTL_MS, lockWaitMs: env.LOCK_WAIT_MS },
  });
  const shop: Shop = {
    database,
    strategy(name) {
      const strategy = strategies[name as StrategyName];
      if (!strategy) throw new ShopError("STRATEGY_UNAVAILABLE", `This build has no strategy called ${name}.`);
      return strategy;
    },
    defaultStrategy: env.LOCK_STRATEGY,
    provider: simulatedProvider(database),
    replica: env.REPLICA_NAME,
    reservationTtlMs: env.RESERVATION_TTL_MS,
    paymentTimeoutMs: env.PAYMENT_TIMEOUT_MS,
  };

  const server = createServer();
  await listen(server, env);
  const address = server.address();
  const url = `http://${env.HOST}:${typeof address === "object" ? address?.port : env.PORT}`;

  let accepting = true;
  const onError = (error: unknown) => logger.warn({ err: error }, "background work failed; it will be tried again");
  const publish = eventPublisher(eventsRedis);
  const answers = answerBook(database, onError);
  const streams = eventStreams(eventsRedis);
  const judge = historyJudge(new URL("./judge-worker.js", import.meta.url));
  const crowd = crowds({
    database,
    replicaUrls: env.REPLICA_URLS ?? [url],
    keepAnswer: answers.keep,
    onError,
  });
  const replays: ReplayServices = {
    shop,
    databaseUrl: env.DATABASE_URL,
    lockServices,
    publish,
    keepAnswer: answers.keep,
    codeOf: (error) => toShopError(error).code,
  };
  const matrix = openMatrix({
    database,
    databaseUrl: env.DATABASE_URL,
    build,
    strategies: Object.values(strategies),
    columns: [
      ...scenarios.map((scenario) => replayColumn(replays, scenario)),
      crowdColumn(database, crowd),
      waitingOutsideColumn(replays),
    ],
    onError,
  });
  const app = createApp({
    logger,
    metrics,
    shop,
    cookie: { secret: env.COOKIE_SECRET, secure: env.COOKIE_SECURE },
    trustProxy: env.TRUST_PROXY,
    system: {
      database,
      lockNodes,
      metrics,
      replica: env.REPLICA_NAME,
      replicas: env.REPLICA_URLS?.length ?? 1,
      lab: { on: env.LAB, tokenRequired: env.LAB && !env.LAB_OPEN },
      defaultStrategy: env.LOCK_STRATEGY,
      accepting: () => accepting,
    },
    ...(env.LAB && {
      enterRace: (run, { shopper, attempt, quantity }) =>
        enterRace({ run, shopper, attempt, quantity, replica: env.REPLICA_NAME, publish, keepAnswer: answers.keep }),
      lab: {
        database,
        strategies: Object.values(strategies),
        defaultStrategy: env.LOCK_STRATEGY,
        crowds: crowd,
        streams,
        judgeHistory: judge.judge,
        theatre: replayTheatre(replays),
        matrix,
        token: env.LAB_OPEN ? undefined : env.LAB_TOKEN,
      },
    }),
  });
  server.on("request", app);

  const counting = (kind: string, task: () => Promise<number>) => async () =>
    metrics.sweeps.inc({ kind }, await task());
  const sweeper = startSweeper({
    databaseUrl: env.DATABASE_URL,
    intervalMs: env.SWEEP_INTERVAL_MS,
    tasks: [
      counting("settled", () => settlePayments(shop)),
      counting("expired", () => expireOrders(shop)),
      counting("keys", () => forgetKeys(database, env.IDEMPOTENCY_TTL_MS)),
      counting("runs", () => sweepRuns(database, env.LAB_RUN_TTL_MS)),
    ],
    onError,
  });

  return {
    url,
    async stop() {
      accepting = false;
      await new Promise((resolve) => setTimeout(resolve, env.SHUTDOWN_DELAY_MS));
      streams.closeAll();
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all([closed, sweeper.stop(), matrix.stop()]);
      await crowd.close();
      await answers.flush();
      judge.close();
      for (const redis of [...lockNodes, eventsRedis]) redis?.disconnect();
      dynamodb?.client.destroy();
      zookeeper?.close();
      await database.$disconnect();
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

async function listen(server: Server, { HOST, PORT }: Env): Promise<void> {
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(PORT, HOST, () => resolve());
  });
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

/** One line when it goes and one when it comes back, however often ioredis tries in between. */
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
