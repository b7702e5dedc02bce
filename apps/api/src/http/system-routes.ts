import { lockNode } from "@last-unit/locks/redis";
import { type Request, type Response, Router } from "express";
import type { Redis } from "ioredis";
import swaggerUi from "swagger-ui-express";
import type { Database } from "../db/client.ts";
import type { Metrics } from "../observe/metrics.ts";
import { apiReference } from "./api-reference.ts";
import { pageHeaders } from "./headers.ts";
import { route } from "./routing.ts";

export interface SystemDependencies {
  database: Database;
  lockNodes: readonly Redis[];
  metrics: Metrics;
  replica: string;
  replicas: number;
  lab: { on: boolean; tokenRequired: boolean };
  defaultStrategy: string;
  https: boolean;
  /** The OpenAPI description. */
  document: object;
  /** False after the replica has begun to stop. */
  accepting(): boolean;
}

const PROBE_BOUND_MS = 1_000;

/** Routes for liveness, readiness, metrics and the OpenAPI description. */
export function systemRoutes(system: SystemDependencies): Router {
  const router = Router();
  let version: string | undefined;

  route(router, "/healthz", { get: [(_request, response) => void response.json({ status: "ok" })] });
  route(router, "/readyz", {
    get: [
      async (_request, response) => {
        const isReady = system.accepting() && (await answersInTime(askWhetherItSells(system.database)));
        if (!isReady) response.set("Retry-After", "2");
        // 200 all the same: every replica would fail at once, and the catalogue, payments and other strategies work.
        const problems = tooFewLockNodes(system.lockNodes);
        const status = !isReady ? "not ready" : problems.length > 0 ? "degraded" : "ready";
        response.status(isReady ? 200 : 503).json({ status, ...(problems.length > 0 && { problems }) });
      },
    ],
  });
  route(router, "/metrics", {
    get: [
      async (_request, response) => {
        response.type(system.metrics.registry.contentType).send(await system.metrics.registry.metrics());
      },
    ],
  });
  route(router, "/api/system", {
    get: [
      async (_request, response) => {
        version ??= await databaseVersion(system.database);
        const pings = await Promise.all(
          system.lockNodes.map((redis) => answersInTime(lockNode(redis).ask(() => redis.ping(), PROBE_BOUND_MS))),
        );
        response.json({
          lab: system.lab.on,
          labTokenRequired: system.lab.tokenRequired,
          replica: system.replica,
          replicas: system.replicas,
          lockNodes: { answering: pings.filter(Boolean).length, total: pings.length },
          database: version,
          lockStrategy: system.defaultStrategy,
        });
      },
    ],
  });
  route(router, "/api/openapi.json", { get: [(_request, response) => void response.json(system.document)] });
  const page = apiReference(system.document);
  router.use("/api/docs", pageHeaders(system), swaggerUi.serve, (_request: Request, response: Response) => {
    response.type("html").send(page);
  });
  return router;
}

/** Says so if the Redis nodes that grant locks are no majority. It looks at what the locks know and asks no node. */
function tooFewLockNodes(lockNodes: readonly Redis[]): string[] {
  const up = lockNodes.map((redis) => lockNode(redis)).filter((node) => !node.fault && !node.isHanging).length;
  const needed = Math.floor(lockNodes.length / 2) + 1;
  if (up >= needed) return [];
  return [`${up} of ${lockNodes.length} Redis nodes grant locks, and Redlock needs ${needed}.`];
}

/**
 * Tests what a checkout needs, without locking a row. It fails if the server is read-only or a privilege or table is
 * missing.
 */
const askWhetherItSells = (database: Database) => database.$queryRaw`SELECT sku FROM stock LIMIT 0 FOR UPDATE`;

async function databaseVersion(database: Database): Promise<string> {
  const [row] = await database.$queryRaw<{ version: string }[]>`SELECT current_setting('server_version') AS version`;
  return `PostgreSQL ${row?.version.split(" ")[0]}`;
}

function answersInTime(question: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PROBE_BOUND_MS, false);
    question.then(
      () => resolve(true),
      () => resolve(false),
    );
    question.catch(() => {}).finally(() => clearTimeout(timer));
  });
}
