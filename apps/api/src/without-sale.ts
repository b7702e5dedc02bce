import type { Server } from "node:http";
import express, { Router } from "express";
import type { Logger } from "pino";
import { knowBuyers } from "./checkout/http/buyer.ts";
import { checkoutHeadersSchema, checkoutSchema } from "./checkout/http/schemas.ts";
import { normaliseCart } from "./checkout/order.ts";
import { createExpressServer } from "./http/express-server.ts";
import { checkInput } from "./http/fields.ts";
import { apiHeaders } from "./http/headers.ts";
import { observeRequests } from "./http/observe-requests.ts";
import { answerProblem } from "./http/problems.ts";
import { body, bodyOf, route } from "./http/routing.ts";
import type { Line } from "./inventory/strategy.ts";
import { createMetrics } from "./observe/metrics.ts";

/**
 * The way of a checkout through the application without the sale, for a bench that measures what the rest costs: log,
 * metrics, headers, signed cookie, validation, answer.
 */
export function checkoutWithoutSale(logger: Logger, orderOf: (lines: readonly Line[]) => { id: string }): Server {
  const metrics = createMetrics("bench");
  const app = express().set("trust proxy", "loopback").set("etag", false).disable("x-powered-by");
  const router = Router();
  route(router, "/checkout", {
    post: [
      knowBuyers({ secret: "a bench has nothing to protect", secure: false }).byCookieOrKey,
      ...body(checkoutSchema),
      (request, response) => {
        const lines = normaliseCart(bodyOf(response, checkoutSchema).items);
        checkInput(checkoutHeadersSchema, request.headers);
        metrics.checkouts.inc({ strategy: "none", outcome: "RESERVED" });
        const order = orderOf(lines);
        response.status(201).location(`/api/orders/${order.id}`).json(order);
      },
    ],
  });
  app.use(observeRequests(logger, metrics), apiHeaders({ https: false }));
  app.use("/api", router);
  app.use(answerProblem(logger));
  const { server, serve } = createExpressServer({ keepAliveTimeout: 75_000 });
  serve(app);
  return server;
}
