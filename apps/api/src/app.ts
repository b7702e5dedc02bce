import express, { type Express, type RequestHandler } from "express";
import helmet from "helmet";
import type { Logger } from "pino";
import type { Shop } from "./checkout/shop.ts";
import { ShopError } from "./errors.ts";
import { accessLog } from "./http/access-log.ts";
import { knowBuyer } from "./http/buyer.ts";
import type { CheckoutOptions } from "./http/checkout-handler.ts";
import { type LabDependencies, labRoutes } from "./http/lab-routes.ts";
import { answerProblem } from "./http/problems.ts";
import { shopRoutes } from "./http/shop-routes.ts";
import { type SystemDependencies, systemRoutes } from "./http/system-routes.ts";
import type { Metrics } from "./observe/metrics.ts";

export interface AppDependencies {
  logger: Logger;
  metrics: Metrics;
  shop: Shop;
  system: SystemDependencies;
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
  app.use(accessLog(logger), timeRequests(metrics), secureHeaders(cookie.secure));
  app.use(systemRoutes(system));
  if (lab) app.use("/api/lab", labRoutes(lab));
  app.use("/api", noStore, knowBuyer(cookie), shopRoutes(shop, { metrics, enterRace }));
  app.use((request) => {
    throw new ShopError("NOT_FOUND", `There is nothing at ${request.path}.`);
  });
  app.use(answerProblem);
  return app;
}

const noStore: RequestHandler = (_request, response, next) => {
  response.set("Cache-Control", "no-store");
  next();
};

function timeRequests({ requestSeconds }: Metrics): RequestHandler {
  return (request, response, next) => {
    const stop = requestSeconds.startTimer({ method: request.method });
    response.on("finish", () => {
      const route = request.route ? `${request.baseUrl}${request.route.path}` : "none";
      stop({ route, status: String(response.statusCode) });
    });
    next();
  };
}

/** Over plain HTTP on loopback, a browser must not be told that everything here is HTTPS. */
const secureHeaders = (https: boolean) =>
  helmet({
    strictTransportSecurity: https,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: https ? [] : null } },
  });
