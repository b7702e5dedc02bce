import express, { type Express } from "express";
import type { Logger } from "pino";
import type { Shop } from "./checkout/shop.ts";
import { ShopError } from "./errors.ts";
import { knowBuyer } from "./http/buyer.ts";
import type { CheckoutOptions } from "./http/checkout-handler.ts";
import { apiHeaders } from "./http/headers.ts";
import { type LabDependencies, labRoutes } from "./http/lab-routes.ts";
import { observeRequests } from "./http/observe-requests.ts";
import { answerProblem } from "./http/problems.ts";
import { shopRoutes } from "./http/shop-routes.ts";
import { type SystemDependencies, systemRoutes } from "./http/system-routes.ts";
import type { Metrics } from "./observe/metrics.ts";

export interface AppDependencies {
  logger: Logger;
  metrics: Metrics;
  shop: Shop;
  system: Omit<SystemDependencies, "https">;
  cookie: { secret: string; secure: boolean };
  trustProxy: string;
  enterRace?: CheckoutOptions["enterRace"];
  /** Absent where the lab is off. */
  lab?: LabDependencies;
}

/** The whole HTTP application over given dependencies. It does not listen. */
export function createApp({
  logger,
  metrics,
  shop,
  system,
  cookie,
  trustProxy,
  enterRace,
  lab,
}: AppDependencies): Express {
  const app = express();
  app.set("trust proxy", trustProxy);
  app.set("etag", false);
  app.disable("x-powered-by");
  app.use(observeRequests(logger, metrics), apiHeaders({ https: cookie.secure }));
  // The shop first: a crowd's checkouts should not have to pass by everything else.
  app.use("/api", shopRoutes(shop, knowBuyer(cookie), { metrics, enterRace }));
  app.use(systemRoutes({ ...system, https: cookie.secure }));
  if (lab) app.use("/api/lab", labRoutes(lab));
  app.use((request) => {
    throw new ShopError("NOT_FOUND", `There is nothing at ${request.path}.`);
  });
  app.use(answerProblem(logger));
  return app;
}
