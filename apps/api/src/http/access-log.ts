import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Logger } from "pino";
import { pinoHttp } from "pino-http";

const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** One line a request. A caller's `X-Request-Id` is kept when it is harmless, and always answered. */
export function accessLog(logger: Logger) {
  return pinoHttp({
    logger,
    genReqId(request, response) {
      const given = request.headers["x-request-id"];
      const id = typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
      response.setHeader("X-Request-Id", id);
      return id;
    },
    customLogLevel: (_request, response, error) => {
      if (response.statusCode >= 500 || error) return "warn";
      return "info";
    },
    // The reason of a refusal is logged once, where it is turned into problem details.
    customErrorObject: (_request, _response, _error, entry) => ({ ...entry, err: undefined }),
    serializers: {
      // Neither cookies nor the lab's token belong in a log.
      req: (request: { id: unknown; method: string; url: string }) => ({
        id: request.id,
        method: request.method,
        path: request.url.split("?")[0],
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
    autoLogging: { ignore: (request: IncomingMessage) => /^\/(healthz|readyz|metrics)/.test(request.url ?? "") },
  });
}
