import { Router } from "express";
import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { checkInput } from "../../http/fields.ts";
import { operation } from "../../http/openapi.ts";
import { route } from "../../http/routing.ts";
import { wantToken } from "../../http/want-token.ts";
import { lockReportSchema } from "./model.ts";
import type { LockMonitor } from "./monitor.ts";

const querySchema = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  token: z.string().optional(),
});

/** Who holds and waits for what, in every store. */
export function lockRoutes(monitor: LockMonitor, token?: string): Router {
  const router = Router();
  if (token !== undefined) router.use(wantToken(token));
  route(router, "/", {
    get: [
      async (request, response) => {
        const { limit } = checkInput(querySchema, request.query);
        response.set("Cache-Control", "no-store").json(await monitor.read(limit));
      },
    ],
  });
  return router;
}

export const lockPaths: ZodOpenApiPathsObject = {
  "/api/locks": {
    get: operation(
      "Every lock: who holds it, who waits for it, and what each store says",
      { 200: lockReportSchema },
      ["INVALID_REQUEST", "LAB_TOKEN_REQUIRED"],
      {
        description:
          "Read-only. The locks of PostgreSQL, Redis, ZooKeeper and DynamoDB, also those of other programs. A store that does not answer is named in `stores` and hides no other.",
        requestParams: { query: querySchema.omit({ token: true }) },
      },
    ),
  },
};
