import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { bodyErrors, json, operation } from "../../http/openapi.ts";
import * as replays from "./replay-schemas.ts";
import * as schemas from "./schemas.ts";

const order = { id: z.string() };

/** The OpenAPI paths of the lab. */
export const labPaths: ZodOpenApiPathsObject = {
  "/api/lab/strategies": {
    get: operation("Every locking strategy", { 200: z.array(schemas.strategySchema) }, ["LAB_TOKEN_REQUIRED"]),
  },
  "/api/lab/runs": {
    post: operation(
      "Create a run: a new product with one strategy",
      { 201: schemas.createdRunSchema },
      [...bodyErrors, "LAB_TOKEN_REQUIRED", "STRATEGY_UNAVAILABLE"],
      { requestBody: { content: json(schemas.runSchema), required: true } },
    ),
  },
  "/api/lab/runs/{id}/buyers": {
    post: operation(
      "Send concurrent buyers, once or for a duration",
      { 202: schemas.sentBuyersSchema },
      [...bodyErrors, "RUN_NOT_FOUND", "TOO_MANY_BUYERS", "LAB_TOKEN_REQUIRED"],
      {
        requestParams: { path: z.object(order) },
        requestBody: { content: json(schemas.buyersSchema), required: true },
      },
    ),
  },
  "/api/lab/runs/{id}/verdict": {
    get: operation(
      "The verdict from the ledger and the answers",
      { 200: schemas.verdictSchema },
      ["RUN_NOT_FOUND", "INVALID_REQUEST"],
      {
        requestParams: { path: z.object(order), query: schemas.verdictQuerySchema },
      },
    ),
  },
  "/api/lab/runs/{id}/sales": {
    get: operation("A counter of the run's sales so far", { 200: schemas.salesSchema }, ["RUN_NOT_FOUND"], {
      description: "Cheap enough to be polled a few times a second while buyers are running.",
      requestParams: { path: z.object(order) },
    }),
  },
  "/api/lab/runs/{id}/history": {
    get: operation(
      "Each buyer's requests and answers with their times, as JSON lines in Jepsen's vocabulary",
      { 200: z.string() },
      ["RUN_NOT_FOUND"],
      {
        contentType: "application/x-ndjson",
        description:
          "Recorded by the buyers if they kept a record, otherwise by their replicas. Times are nanoseconds on one monotonic clock. The first line, an `info` of the nemesis, states the initial stock.",
        requestParams: { path: z.object(order) },
      },
    ),
  },
  "/api/lab/runs/{id}/events": {
    get: operation(
      "The run's checkpoints, as server-sent events",
      { 200: z.string() },
      ["RUN_NOT_FOUND", "NOT_FOUND", "TOO_MANY_VIEWERS", "INVALID_REQUEST"],
      {
        contentType: "text/event-stream",
        description: "Past events first, then live ones. `Last-Event-ID` resumes.",
        requestParams: { path: z.object(order), query: schemas.eventsQuerySchema },
      },
    ),
  },
  "/api/lab/replays": {
    get: operation("The twelve classic replays", { 200: replays.replayListSchema }, ["LAB_TOKEN_REQUIRED"]),
  },
  "/api/lab/replays/{scenario}/{strategy}": {
    post: operation(
      "Run a scenario under a strategy, on the real services",
      { 200: replays.replaySchema },
      [
        "NOT_FOUND",
        "STRATEGY_UNAVAILABLE",
        "INVALID_REQUEST",
        "TOO_MANY_REPLAYS",
        "LAB_TOKEN_REQUIRED",
        "FOREIGN_ORIGIN",
      ],
      {
        description:
          "The response is sent when the replay has ended, after some seconds at most, and contains every step.",
        requestParams: { path: z.object({ scenario: z.string(), strategy: z.string() }) },
      },
    ),
  },
  "/api/lab/matrix": {
    get: operation(
      "Which strategy passes which failure scenario, as measured with this version",
      { 200: replays.matrixSchema },
      ["LAB_TOKEN_REQUIRED"],
    ),
    post: operation(
      "Measure every strategy against every scenario",
      { 202: replays.matrixSchema },
      ["INVALID_REQUEST", "LAB_TOKEN_REQUIRED", "FOREIGN_ORIGIN"],
      {
        description:
          "The system runs one measurement at a time: a request during a measurement joins it. Read the matrix until `measuring` is false.",
      },
    ),
  },
};
