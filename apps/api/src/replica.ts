import type { Server } from "node:http";
import type { Logger } from "pino";
import { createApp } from "./app.ts";
import { expireOrders } from "./checkout/expire-orders.ts";
import { forgetKeys } from "./checkout/idempotency.ts";
import { openShop } from "./checkout/open-shop.ts";
import { reconcilePayments } from "./checkout/reconcile-payments.ts";
import type { Env } from "./config.ts";
import { openConnections } from "./connections.ts";
import { connectMonitor } from "./db/client.ts";
import { createExpressServer } from "./http/express-server.ts";
import { gracefulClose } from "./http/graceful-close.ts";
import { resourceOf } from "./inventory/guarded-by.ts";
import { openLab } from "./lab/open-lab.ts";
import { sweepRuns } from "./lab/races/runs.ts";
import { backgroundLog } from "./observe/background-log.ts";
import { lockMonitor } from "./observe/locks/monitor.ts";
import { createMetrics } from "./observe/metrics.ts";
import { document } from "./openapi.ts";
import { startSweeper } from "./sweeper.ts";

export interface Replica {
  url: string;
  /**
   * Reports not ready, finishes the requests in progress, releases the leases, and closes the connections, in this
   * sequence.
   */
  stop(): Promise<void>;
}

/** Opens all connections, wires up the application and listens. */
export async function startReplica(env: Env, logger: Logger): Promise<Replica> {
  const connections = openConnections(env, logger);
  const { database, raceDatabase, lockServices } = connections;
  const metrics = createMetrics(env.REPLICA_NAME);
  const background = backgroundLog(logger);
  const watched = { report: background.failed, around: metrics.locks.around };
  const { shop, strategies, leases } = openShop(env, connections, watched);
  const races = raceDatabase && openShop(env, { database: raceDatabase, lockServices }, watched);
  metrics.locks.watchNodes(lockServices.lockNodes);
  metrics.locks.watchPool(database.pool);

  // Longer than a load balancer's idle timeout: if the replica closed the connection first, a request could be lost.
  const { server, serve } = createExpressServer({ keepAliveTimeout: 75_000 });
  const closing = gracefulClose(server);
  await listen(server, env);
  const address = server.address();
  const url = `http://${env.HOST}:${typeof address === "object" ? address?.port : env.PORT}`;

  // Outside the lab only who has the token may see the locks.
  const monitor =
    env.LAB || env.LAB_TOKEN !== undefined
      ? lockMonitor({
          pool: connectMonitor(env.DATABASE_URL),
          lockNodes: lockServices.lockNodes,
          prefix: resourceOf(""),
          zookeeper: lockServices.zookeeper?.connect({ lockTtlMs: env.LOCK_TTL_MS }),
          dynamodb: lockServices.dynamodb,
        })
      : undefined;

  let accepting = true;
  const lab = races
    ? openLab({
        env,
        connections,
        shop: races.shop,
        strategies: Object.values(strategies),
        url,
        onError: background.failed,
      })
    : undefined;
  const app = createApp({
    logger,
    metrics,
    shop,
    cookie: { secret: env.COOKIE_SECRET, secure: env.COOKIE_SECURE },
    trustProxy: env.TRUST_PROXY,
    origin: { onLoopback: isLoopback(env.HOST), publicHosts: env.PUBLIC_HOSTS },
    system: {
      document: document(),
      database,
      lockNodes: lockServices.lockNodes,
      metrics,
      replica: env.REPLICA_NAME,
      replicas: env.REPLICA_URLS?.length ?? 1,
      lab: { on: env.LAB, tokenRequired: env.LAB && !env.LAB_OPEN },
      defaultStrategy: env.LOCK_STRATEGY,
      accepting: () => accepting,
    },
    races: races && lab && { shop: races.shop, enter: lab.enterRace },
    lab: lab?.routes,
    locks: monitor && { monitor, token: env.LAB_OPEN ? undefined : env.LAB_TOKEN },
  });
  serve(app);

  const sweeper = startSweeper({
    database,
    intervalMs: env.SWEEP_INTERVAL_MS,
    jobs: {
      settled: (turn) => reconcilePayments(shop, turn),
      expired: (turn) => expireOrders(shop, turn),
      keys: async ({ done }) => done(await forgetKeys(database, env.IDEMPOTENCY_TTL_MS)),
      runs: async ({ done }) => done(await sweepRuns(database, env.LAB_RUN_TTL_MS)),
    },
    onDone: (kind, count) => metrics.sweeps.inc({ kind }, count),
    onFailed: background.failed,
    onSucceeded: background.succeeded,
  });

  return {
    url,
    async stop() {
      accepting = false;
      closing.giveNotice();
      await new Promise((resolve) => setTimeout(resolve, env.SHUTDOWN_DELAY_MS));
      lab?.closeStreams();
      await Promise.all([closing.close(), sweeper.stop(), lab?.stopMeasuring()]);
      await Promise.all([lab?.close(), monitor?.close()]);
      // A checkout whose buyer has disconnected may still hold a lease. If the replica exited with it, the other
      // replicas would wait for its TTL. After the TTL there is nothing left to release.
      await Promise.all([leases, races?.leases].map((each) => each?.allReleased(env.LOCK_TTL_MS)));
      await connections.close();
    },
  };
}

const isLoopback = (host: string) => ["localhost", "127.0.0.1", "::1"].includes(host);

async function listen(server: Server, { HOST, PORT }: Env): Promise<void> {
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(PORT, HOST, () => resolve());
  });
}
