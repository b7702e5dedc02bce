import { join } from "node:path";
import { setupLine } from "@last-unit/checker";
import type { LabRun } from "@last-unit/prisma";
import { Router } from "express";
import type { Database } from "../../db/client.ts";
import { ShopError } from "../../errors.ts";
import { checkInput } from "../../http/fields.ts";
import { body, bodyOf, noBody, route } from "../../http/routing.ts";
import { emptySchema } from "../../http/schemas.ts";
import { wantToken } from "../../http/want-token.ts";
import type { Strategy } from "../../inventory/strategy.ts";
import { catalogueEntry } from "../../inventory/strategy-catalogue.ts";
import { newestLoadReport } from "../load-report.ts";
import type { openMatrix } from "../matrix/matrix.ts";
import type { crowds } from "../races/crowd.ts";
import { createRun, findRun, readSales } from "../races/runs.ts";
import type { replayPlayer } from "../replays/perform.ts";
import type { LabWork } from "../reset/lab-work.ts";
import { resetLab } from "../reset/reset.ts";
import type { RunEvent } from "../verdict/history.ts";
import { ledgerVerdict, type Verdict } from "../verdict/ledger-verdict.ts";
import { type Explained, unknown } from "../verdict/linearizability.ts";
import { readHistory, readLedger } from "../verdict/read-ledger.ts";
import type { eventStreams } from "./event-stream.ts";
import { replayRoutes } from "./replay-routes.ts";
import { buyersSchema, eventsQuerySchema, runSchema, verdictQuerySchema } from "./schemas.ts";

export interface LabDependencies {
  database: Database;
  strategies: readonly Strategy[];
  defaultStrategy: string;
  crowds: ReturnType<typeof crowds>;
  work: LabWork;
  /** The folder of the reports. */
  reports?: string;
  streams: ReturnType<typeof eventStreams>;
  checkHistory(run: LabRun, events: readonly RunEvent[]): Promise<Explained>;
  replays: ReturnType<typeof replayPlayer>;
  matrix: ReturnType<typeof openMatrix>;
  /** The token that the lab requires. Absent if the lab is open. */
  token?: string;
}

/** The lab's routes: runs, concurrent buyers, verdicts and the event stream. */
export function labRoutes(dependencies: LabDependencies): Router {
  const { database, strategies, defaultStrategy, crowds, work, streams, checkHistory, token } = dependencies;
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
          const { teaches } = catalogueEntry(name);
          return { name, guard, write, teaches, safe, available: state.available, reason, default: isDefault, about };
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
        const { id, sku, watchable } = run;
        response.status(201).json({ id, sku, ...settings, watchable });
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
          throw new ShopError("TOO_MANY_BUYERS", "The buyers of another run are still running. Try again in a moment.");
        }
        const end = await work.begin("buyers");
        try {
          await database.labRun.update({ where: { id: run.id }, data: { buyersAsked: { increment: count } } });
        } catch (error) {
          await end();
          throw error;
        }
        void crowds.send({ run, count, quantity, forMs }).then(end);
        response.status(202).json({ runId: run.id, count, quantity, forMs });
      },
    ],
  });

  route(router, "/runs/:id/verdict", {
    get: [
      async (request, response) => {
        const run = await findRun(database, String(request.params.id));
        const { history } = checkInput(verdictQuerySchema, request.query);
        const verdict = ledgerVerdict(await readLedger(database, run));
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
            "This run was observed on several machines. Their clocks cannot be compared.",
          );
        }
        response
          .type("application/x-ndjson")
          .set("Content-Disposition", `attachment; filename="${run.strategy}-${run.id.slice(-4)}.jsonl"`)
          .send(
            setupLine({ model: "stock", initial: { [run.sku]: run.initialStock } }) +
              events.map((event) => `${JSON.stringify(event)}\n`).join(""),
          );
      },
    ],
  });

  route(router, "/runs/:id/events", {
    get: [
      async (request, response) => {
        const run = await findRun(database, String(request.params.id));
        if (!run.watchable)
          throw new ShopError("NOT_FOUND", "This run was created with watchable: false and publishes no checkpoints.");
        const { follow } = checkInput(eventsQuerySchema, request.query);
        await streams.open(response, run.id, { after: request.get("last-event-id"), follow: follow === "true" });
      },
    ],
  });
  route(router, "/load-report", {
    get: [
      async (_request, response) => {
        response.json(await newestLoadReport(dependencies.reports && join(dependencies.reports, "load")));
      },
    ],
  });

  route(router, "/reset", {
    post: [
      ...noBody(emptySchema),
      async (_request, response) => {
        response.json(await resetLab(database));
      },
    ],
  });
  return router;

  async function explain(run: LabRun, { buyers }: Verdict): Promise<Explained> {
    if (buyers.answered < buyers.asked) return unknown("Buyers are still running.");
    const events = await readHistory(database, run);
    return events
      ? checkHistory(run, events)
      : unknown("The run was observed on several machines, without a common clock.");
  }
}

async function wantAvailable(strategies: readonly Strategy[], name: string): Promise<void> {
  const state = await strategies.find((strategy) => strategy.name === name)?.availability();
  if (state?.available === false) {
    throw new ShopError("STRATEGY_UNAVAILABLE", `${name} cannot be used now: ${state.reason}`, { strategy: name });
  }
}
