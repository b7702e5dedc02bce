// k6 run load-tests/checkout.ts: buyers order one unit each of a new product, under one strategy. Ends with exit code 99 if a
// unit was oversold. Run by k6, not by Node: it strips the types, and imports from k6 and from files beside this one only.
import { check, sleep } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import { Counter, Gauge, Trend } from "k6/metrics";
import type { Options, Scenario } from "k6/options";
import type { Outcome, Verdict } from "./results.ts";

/** The system under test; `LAB_TOKEN` if its lab requires one. */
const baseUrl = (__ENV.BASE_URL || "http://localhost:3000").replace(/\/$/, "");
const strategy = __ENV.STRATEGY || "redlock+row-lock";
const stock = whole("STOCK", 100);
/** Milliseconds between reading the stock and writing it: the longer, the easier an unlocked race shows. */
const thinkTimeMs = whole("THINK_MS", 0);
const clients = whole("CLIENTS", 50);
const rate = whole("RATE", 50);
const duration = __ENV.DURATION || "30s";

/** How the buyers come: `SHAPE`. All but the first are open models: a buyer comes when it is due, whoever still waits. */
const shapes: Record<string, Scenario> = {
  buyers: {
    executor: "shared-iterations",
    vus: clients,
    iterations: whole("BUYERS", 200),
    maxDuration: "10m",
    gracefulStop: "30s",
  },
  rate: { executor: "constant-arrival-rate", rate, timeUnit: "1s", duration, preAllocatedVUs: clients, maxVUs: 1_000 },
  ramp: arrivals([
    { target: rate, duration },
    { target: 0, duration: "5s" },
  ]),
  spike: arrivals([
    { target: Math.ceil(rate / 10), duration: "5s" },
    { target: rate, duration: "1s" },
    { target: rate, duration },
    { target: Math.ceil(rate / 10), duration: "1s" },
    { target: Math.ceil(rate / 10), duration: "5s" },
  ]),
  soak: {
    executor: "constant-arrival-rate",
    rate,
    timeUnit: "1s",
    duration: __ENV.DURATION || "15m",
    preAllocatedVUs: clients,
    maxVUs: 1_000,
  },
};
const shape = shapes[__ENV.SHAPE || "buyers"];
if (!shape) throw new Error(`SHAPE=${__ENV.SHAPE} is none of ${Object.keys(shapes).join(", ")}.`);

export const options: Options = {
  scenarios: { checkout: shape },
  summaryTrendStats: ["med", "p(95)", "p(99)", "max"],
  thresholds: {
    units_oversold: ["count==0"],
    outcome_OTHER: ["count==0"],
    outcome_NO_ANSWER: ["count==0"],
  },
};

// Sold out is a correct answer, and busy an expected one: neither is a failed request.
http.setResponseCallback(http.expectedStatuses(200, 201, 409, 503));

// One counter per outcome: k6 hands tagged counts to the summary only where a threshold names them.
export const counters: Record<Outcome, Counter> = {
  RESERVED: new Counter("outcome_RESERVED"),
  OUT_OF_STOCK: new Counter("outcome_OUT_OF_STOCK"),
  LOCK_BUSY: new Counter("outcome_LOCK_BUSY"),
  LOCK_LOST: new Counter("outcome_LOCK_LOST"),
  DATABASE_UNAVAILABLE: new Counter("outcome_DATABASE_UNAVAILABLE"),
  NO_ANSWER: new Counter("outcome_NO_ANSWER"),
  OTHER: new Counter("outcome_OTHER"),
};
const unitsReserved = new Counter("units_reserved");
const unitsOversold = new Counter("units_oversold");
const answeredIn = new Trend("answered_in_ms");
const startedAt = new Gauge("started_at_ms");
const endedAt = new Gauge("ended_at_ms");
const soldAt = new Gauge("sold_at_ms");

interface Product {
  sku: string;
  /** The run whose verdict is asked for at the end; absent if somebody else asks (`SKU`). */
  runId?: string;
}

const lab = { headers: { "content-type": "application/json", ...(__ENV.LAB_TOKEN && bearer(__ENV.LAB_TOKEN)) } };

/** Makes the product, unless `SKU` names one. */
export function setup(): Product {
  if (__ENV.SKU) return { sku: __ENV.SKU };
  const response = http.post(`${baseUrl}/api/lab/runs`, JSON.stringify({ strategy, stock, thinkTimeMs }), lab);
  if (response.status !== 201) {
    exec.test.abort(
      `No product was made at ${baseUrl} (does the shop run? npm start): ${response.status || response.error} ${response.body ?? ""}`,
    );
  }
  const { id, sku } = response.json() as { id: string; sku: string };
  console.log(`${stock} units of ${sku} under ${strategy}, at ${baseUrl}`);
  return { sku, runId: id };
}

/** `REPLICAS`: the replicas' own addresses, which keep the reverse proxy out of the measurement. */
const targets = __ENV.REPLICAS ? __ENV.REPLICAS.split(",") : [baseUrl];

/** One buyer: no cookie (k6 empties the jar before each iteration), one unit, the next replica in turn. */
export default function checkout({ sku }: Product) {
  const target = targets[exec.scenario.iterationInTest % targets.length];
  startedAt.add(Date.now());
  const from = exec.instance.currentTestRunDuration;
  const response = http.post(`${target}/api/checkout`, JSON.stringify({ items: [{ sku, quantity: 1 }] }), {
    headers: { "content-type": "application/json" },
    timeout: "30s",
  });
  const to = exec.instance.currentTestRunDuration;
  endedAt.add(Date.now());

  const body = parse(response.body);
  const outcome = outcomeOf(response.status, body);
  counters[outcome].add(1);
  if (outcome !== "NO_ANSWER") answeredIn.add(response.timings.duration);
  if (outcome === "RESERVED") {
    unitsReserved.add((body.lines ?? []).reduce((sum, line) => sum + line.quantity, 0));
    soldAt.add(Date.now());
  }
  // A scenario writes no files; its console does. `load-tests/history.ts` reads these lines.
  if (__ENV.SKU) {
    const units = (body.lines ?? []).flatMap((line) => line.unitNumbers);
    console.log(JSON.stringify([exec.scenario.iterationInTest, from, to, outcome, units]));
  }
  check(response, { answered: () => outcome !== "NO_ANSWER" });
}

/** Asks for the verdict, which is complete when it has not changed for a second. */
export function teardown({ runId }: Product) {
  if (!runId) return;
  let [before, text] = ["", ""];
  for (let tries = 0; tries < 30 && (text === "" || text !== before); tries += 1) {
    before = text;
    sleep(1);
    const response = http.get(`${baseUrl}/api/lab/runs/${runId}/verdict`, lab);
    text = typeof response.body === "string" ? response.body : "";
  }
  const { unitsSold, unitsOversold: oversold, stock: left, passed, evidence } = JSON.parse(text) as Verdict;
  unitsOversold.add(oversold);
  console.log(`${unitsSold} units sold of ${stock}, ${oversold} oversold, ${left} left; passed: ${passed}`);
  for (const { message } of evidence.slice(0, 3)) console.warn(message);
}

interface Body {
  code?: string;
  lines?: { quantity: number; unitNumbers: number[] }[];
}

function outcomeOf(status: number, body: Body): Outcome {
  if (status === 0) return "NO_ANSWER";
  if (status === 201) return "RESERVED";
  return body.code !== undefined && body.code in counters ? (body.code as Outcome) : "OTHER";
}

function parse(body: string | ArrayBuffer | null): Body {
  try {
    return typeof body === "string" ? (JSON.parse(body) as Body) : {};
  } catch {
    return {};
  }
}

function arrivals(stages: { target: number; duration: string }[]): Scenario {
  return { executor: "ramping-arrival-rate", timeUnit: "1s", stages, preAllocatedVUs: clients, maxVUs: 1_000 };
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` };
}

function whole(name: string, fallback: number): number {
  const text = __ENV[name];
  if (!text) return fallback;
  if (!/^\d+$/.test(text)) throw new Error(`${name}=${text} is not a whole number.`);
  return Number(text);
}
