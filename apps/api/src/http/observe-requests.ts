import { randomUUID } from "node:crypto";
import type { Request, RequestHandler } from "express";
import type { Logger } from "pino";
import type { Metrics } from "../observe/metrics.ts";

const REQUEST_ID = /^[\w.:-]{1,64}$/;
/** Requested every second by monitoring. Logging them would hide the other requests. */
const UNLOGGED = /^\/(healthz|readyz|metrics)/;

/**
 * Assigns an id to each request, and records each response in the log and the metrics. A valid `X-Request-Id` of the client
 * is used as the id; the response always carries the id. Neither cookies nor the lab's token are logged.
 */
export function observeRequests(logger: Logger, { requestSeconds }: Metrics): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    const { method } = request;
    const path = request.path;
    const given = request.headers["x-request-id"];
    const id = typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
    response.locals.requestId = id;
    response.setHeader("X-Request-Id", id);
    response.once("close", () => {
      const tookMs = performance.now() - began;
      const status = response.statusCode;
      // A response has a status only if it was sent. If the client disconnected, there is none.
      const isAnswered = response.writableFinished;
      if (isAnswered) requestSeconds.observe({ method, route: routeOf(request), status }, tookMs / 1_000);
      if (UNLOGGED.test(path)) return;
      const entry = { req: { id, method, path }, res: { status }, responseTime: Math.round(tookMs) };
      if (!isAnswered) logger.info(entry, "request aborted");
      else if (status >= 500) logger.warn(entry, "request failed");
      else logger.info(entry, "request completed");
    });
    next();
  };
}

const routeOf = (request: Request) => (request.route ? `${request.baseUrl}${request.route.path}` : "none");
