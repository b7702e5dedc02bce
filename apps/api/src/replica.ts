import { createServer, type Server } from "node:http";
import type { Logger } from "pino";
import { createApp } from "./app.ts";
import { expireOrders } from "./checkout/expire-orders.ts";
import { forgetKeys } from "./checkout/idempotency.ts";
import { settlePayments } from "./checkout/settle-payments.ts";
import { startSweeper } from "./checkout/sweeper.ts";
import { openConnections } from "./connections.ts";
import type { Env } from "./env.ts";
import { gracefulClose } from "./http/graceful-close.ts";
import { sweepRuns } from "./lab/runs.ts";
import { openLaboratory } from "./laboratory.ts";
import { createMetrics } from "./observe/metrics.ts";
import { openShop } from "./open-shop.ts";

export interface Replica {
  url: string;
  /** Not ready first; then requests under way finish and leases are given back; then connections close. */
  stop(): Promise<void>;
}

/** Opens every connection, wires the application together and listens. */
export async function startReplica(env: Env, logger: Logger): Promise<Replica> {
  const connections = openConnections(env, logger);
  const { database, lockServices } = connections;
  const metrics = createMetrics(env.REPLICA_NAME);
  const { shop, strategies, leases } = openShop(env, connections);

  const server = createServer();
  const closing = gracefulClose(server);
  await listen(server, env);
  const address = server.address();
  const url = `http://${env.HOST}:${typeof address === "object" ? address?.port : env.PORT}`;

  let accepting = true;
  const onError = (error: unknown) => logger.warn({ err: error }, "background work failed; it will be tried again");
  const lab = env.LAB
    ? openLaboratory({ env, connections, shop, strategies: Object.values(strategies), url, onError })
    : undefined;
  const app = createApp({
    logger,
    metrics,
    shop,
    cookie: { secret: env.COOKIE_SECRET, secure: env.COOKIE_SECURE },
    trustProxy: env.TRUST_PROXY,
    system: {
      database,
      lockNodes: lockServices.lockNodes,
      metrics,
      replica: env.REPLICA_NAME,
      replicas: env.REPLICA_URLS?.length ?? 1,
      lab: { on: env.LAB, tokenRequired: env.LAB && !env.LAB_OPEN },
      defaultStrategy: env.LOCK_STRATEGY,
      accepting: () => accepting,
    },
    enterRace: lab?.enterRace,
    lab: lab?.routes,
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
      closing.giveNotice();
      await new Promise((resolve) => setTimeout(resolve, env.SHUTDOWN_DELAY_MS));
      lab?.closeStreams();
      await Promise.all([closing.close(), sweeper.stop(), lab?.stopMeasuring()]);
      await lab?.close();
      // What buyers left behind may still hold one. Whoever leaves with a lease keeps the others waiting for its TTL, and
      // longer than that it is worth nothing.
      await leases.allReturned(env.LOCK_TTL_MS);
      await connections.close();
    },
  };
}

async function listen(server: Server, { HOST, PORT }: Env): Promise<void> {
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(PORT, HOST, () => resolve());
  });
}
