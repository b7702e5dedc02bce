import { Router } from "express";
import type { Redis } from "ioredis";
import swaggerUi from "swagger-ui-express";
import type { Database } from "../database.ts";
import { lockNode } from "../inventory/guards/lock-node.ts";
import type { Metrics } from "../observe/metrics.ts";
import { pageHeaders } from "./headers.ts";
import { openApi } from "./openapi.ts";
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
  /** False once the replica has begun to stop. */
  accepting(): boolean;
}

const PROBE_BOUND_MS = 1_000;

/** Liveness, readiness, metrics and the API's own description. */
export function systemRoutes(system: SystemDependencies): Router {
  const router = Router();
  let version: string | undefined;

  route(router, "/healthz", { get: [(_request, response) => void response.json({ status: "ok" })] });
  route(router, "/readyz", {
    get: [
      async (_request, response) => {
        const database = system.accepting() && (await answersInTime(system.database.$queryRaw`SELECT 1`));
        response.status(database ? 200 : 503).json({ status: database ? "ready" : "not ready" });
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
  const document = openApi();
  route(router, "/api/openapi.json", { get: [(_request, response) => void response.json(document)] });
  router.use(
    "/api/docs",
    pageHeaders(system),
    swaggerUi.serve,
    swaggerUi.setup(document, { customSiteTitle: "Last Unit: API" }),
  );
  return router;
}

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
