import express, { type Express } from "express";
import type { Logger } from "pino";
import { knowBuyers } from "./checkout/http/buyer.ts";
import type { CheckoutOptions } from "./checkout/http/checkout-handler.ts";
import { shopRoutes } from "./checkout/http/routes.ts";
import type { Shop } from "./checkout/shop.ts";
import { ShopError } from "./errors.ts";
import { apiHeaders } from "./http/headers.ts";
import { observeRequests } from "./http/observe-requests.ts";
import { ownOriginOnly } from "./http/origin.ts";
import { answerProblem } from "./http/problems.ts";
import { type SystemDependencies, systemRoutes } from "./http/system-routes.ts";
import { type LabDependencies, labRoutes } from "./lab/http/routes.ts";
import type { LockMonitor } from "./observe/locks/monitor.ts";
import { lockRoutes } from "./observe/locks/routes.ts";
import type { Metrics } from "./observe/metrics.ts";

export interface AppDependencies {
  logger: Logger;
  metrics: Metrics;
  shop: Shop;
  system: Omit<SystemDependencies, "https">;
  cookie: { secret: string; secure: boolean };
  trustProxy: string;
  origin: Parameters<typeof ownOriginOnly>[0];
  races?: CheckoutOptions["races"];
  /** Absent if the lab is off. */
  lab?: LabDependencies;
  /** Absent if nobody may see the locks: the lab is off, and there is no token. */
  locks?: { monitor: LockMonitor; token?: string };
}

/** Builds the HTTP application from its dependencies. It does not listen. */
export function createApp({
  logger,
  metrics,
  shop,
  system,
  cookie,
  trustProxy,
  origin,
  races,
  lab,
  locks,
}: AppDependencies): Express {
  const app = express();
  app.set("trust proxy", trustProxy);
  app.set("etag", false);
  app.disable("x-powered-by");
  app.use(observeRequests(logger, metrics), apiHeaders({ https: cookie.secure }), ownOriginOnly(origin));
  // The shop's routes come first, so that a checkout passes fewer middleware layers.
  app.use("/api", shopRoutes(shop, knowBuyers(cookie), { metrics, races }));
  app.use(systemRoutes({ ...system, https: cookie.secure }));
  if (locks) app.use("/api/locks", lockRoutes(locks.monitor, locks.token));
  if (lab) app.use("/api/lab", labRoutes(lab));
  app.use((request) => {
    throw new ShopError("NOT_FOUND", `There is nothing at ${request.path}.`);
  });
  app.use(answerProblem(logger));
  return app;
}
