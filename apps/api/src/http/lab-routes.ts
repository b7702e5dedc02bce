import { createHash, timingSafeEqual } from "node:crypto";
import type { LabRun } from "@last-unit/prisma";
import { type RequestHandler, Router } from "express";
import type { Database } from "../database.ts";
import { ShopError } from "../errors.ts";
import type { Strategy } from "../inventory/strategy.ts";
import type { crowds } from "../lab/crowd.ts";
import type { eventStreams } from "../lab/event-stream.ts";
import type { RunEvent } from "../lab/history.ts";
import { type Explained, unknown } from "../lab/history-judge.ts";
import type { openMatrix } from "../lab/matrix/matrix.ts";
import { readHistory, readLedger } from "../lab/read-ledger.ts";
import type { replayTheatre } from "../lab/replays/perform.ts";
import { createRun, findRun } from "../lab/runs.ts";
import { readSales } from "../lab/sales.ts";
import { judge, type Verdict } from "../lab/verdict.ts";
import { replayRoutes } from "./replay-routes.ts";
import { body, bodyOf, route } from "./routing.ts";
import { buyersSchema, runSchema, verdictQuerySchema } from "./schemas.ts";

export interface LabDependencies {
  database: Database;
  strategies: readonly Strategy[];
  defaultStrategy: string;
  crowds: ReturnType<typeof crowds>;
  streams: ReturnType<typeof eventStreams>;
  judgeHistory(run: LabRun, events: readonly RunEvent[]): Promise<Explained>;
  theatre: ReturnType<typeof replayTheatre>;
  matrix: ReturnType<typeof openMatrix>;
  /** Absent where nobody but the machine's user can reach the lab. */
  token?: string;
}

/** The laboratory: runs, crowds, verdicts and the live event stream. */
export function labRoutes(dependencies: LabDependencies): Router {
  const { database, strategies, defaultStrategy, crowds, streams, judgeHistory, token } = dependencies;
  const router = Router();
  if (token !== undefined) router.use(wantToken(token));
  replayRoutes(router, dependencies);

  route(router, "/strategies", {
    get: [
      async (_request, response) => {
        const listed = strategies.map(async ({ name, guard, write, safe, about, availability }) => {
          const state = await availability();
          const reason = state.available ? null : state.reason;
          const isDefault = name === defaultStrategy;
          return { name, guard, write, safe, available: state.available, reason, default: isDefault, about };
        });
        response.json(await Promise.all(listed));
      },
    ],
  });

  route(router, "/runs", {
    post: [
      ...body(runSchema),
      async (_request, response) => {
        const settings = bodyOf(response, runSchema);
        await wantAvailable(strategies, settings.strategy);
        const run = await createRun(database, settings);
        const { id, sku, strategy, initialStock, thinkTimeMs, watchable } = run;
        response.status(201).json({ id, sku, strategy, stock: initialStock, thinkTimeMs, watchable });
      },
    ],
  });

  route(router, "/runs/:id/buyers", {
    post: [
      ...body(buyersSchema),
      async (request, response) => {
        const { count, quantity, forMs } = bodyOf(response, buyersSchema);
        const run = await findRun(database, String(request.params.id));
        if (!crowds.roomFor(count)) {
          throw new ShopError("TOO_MANY_BUYERS", "Another crowd is still at the checkout. Try again in a moment.");
        }
        await database.labRun.update({ where: { id: run.id }, data: { buyersAsked: { increment: count } } });
        void crowds.send({ run, count, quantity, forMs });
        response.status(202).json({ runId: run.id, count, quantity, forMs });
      },
    ],
  });

  route(router, "/runs/:id/verdict", {
    get: [
      async (request, response) => {
        const run = await findRun(database, String(request.params.id));
        const { history } = verdictQuerySchema.parse(request.query);
        const verdict = judge(await readLedger(database, run));
        const explained = history === "judged" ? await explain(run, verdict) : unknown("The history was left out.");
        response.json({ ...verdict, ...explained, passed: verdict.passed && explained.linearizable !== false });
      },
    ],
  });

  route(router, "/runs/:id/sales", {
    get: [
      async (request, response) => {
        const run = await findRun(database, String(request.params.id));
        response.json(await readSales(database, run));
      },
    ],
  });

  route(router, "/runs/:id/history", {
    get: [
      async (request, response) => {
        const run = await findRun(database, String(request.params.id));
        const events = await readHistory(database, run);
        if (!events) {
          throw new ShopError(
            "HISTORY_UNORDERED",
            "This run was observed on several machines. Their clocks have no common order.",
          );
        }
        response
          .type("application/x-ndjson")
          .set("Content-Disposition", `attachment; filename="${run.strategy}-${run.id.slice(-4)}.jsonl"`)
          .send(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
      },
    ],
  });

  route(router, "/runs/:id/events", {
    get: [
      async (request, response) => {
        const run = await findRun(database, String(request.params.id));
        if (!run.watchable) throw new ShopError("NOT_FOUND", "This run is measured and publishes no checkpoints.");
        await streams.open(response, run.id, request.get("last-event-id"));
      },
    ],
  });
  return router;

  async function explain(run: LabRun, { buyers }: Verdict): Promise<Explained> {
    if (buyers.answered < buyers.asked) return unknown("The race is still on.");
    const events = await readHistory(database, run);
    return events
      ? judgeHistory(run, events)
      : unknown("The run was observed on several machines, without a common clock.");
  }
}

async function wantAvailable(strategies: readonly Strategy[], name: string): Promise<void> {
  const state = await strategies.find((strategy) => strategy.name === name)?.availability();
  if (state?.available === false) {
    throw new ShopError("STRATEGY_UNAVAILABLE", `${name} cannot be used now: ${state.reason}`, { strategy: name });
  }
}

function wantToken(token: string): RequestHandler {
  const digest = (value: string) => createHash("sha256").update(value).digest();
  const expected = digest(`Bearer ${token}`);
  return (request, _response, next) => {
    // EventSource cannot send headers, so the stream takes the token as a query parameter too.
    const given = request.get("authorization") ?? `Bearer ${String(request.query.token ?? "")}`;
    if (!timingSafeEqual(digest(given), expected)) {
      throw new ShopError("LAB_TOKEN_REQUIRED", "Send the lab's token as `Authorization: Bearer …`.");
    }
    next();
  };
}
