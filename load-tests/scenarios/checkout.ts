// Run by k6, not by Node: its own runtime strips the types, and imports from k6 only (and from results.ts, types only).
import { check } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import { Counter, Gauge, Trend } from "k6/metrics";
import type { Options } from "k6/options";
import type { K6Summary, Outcome } from "../results.ts";

/** The replicas' own addresses: going to them directly keeps the front door out of the measurement. */
const replicas = required("REPLICAS").split(",");
const sku = required("SKU");

export const options: Options = {
  scenarios: {
    checkout: {
      executor: "shared-iterations",
      vus: Number(required("CLIENTS")),
      iterations: Number(required("BUYERS")),
      maxDuration: "10m",
      gracefulStop: "30s",
    },
  },
  summaryTrendStats: ["med", "p(95)", "p(99)", "max"],
};

// One counter per outcome: k6 hands tagged counts to the summary only where a threshold names them.
const counters: Record<Outcome, Counter> = {
  RESERVED: new Counter("outcome_RESERVED"),
  OUT_OF_STOCK: new Counter("outcome_OUT_OF_STOCK"),
  LOCK_BUSY: new Counter("outcome_LOCK_BUSY"),
  LOCK_LOST: new Counter("outcome_LOCK_LOST"),
  DATABASE_UNAVAILABLE: new Counter("outcome_DATABASE_UNAVAILABLE"),
  NO_ANSWER: new Counter("outcome_NO_ANSWER"),
  OTHER: new Counter("outcome_OTHER"),
};
const unitsReserved = new Counter("units_reserved");
const answeredIn = new Trend("answered_in_ms");
const startedAt = new Gauge("started_at_ms");
const endedAt = new Gauge("ended_at_ms");
const soldAt = new Gauge("sold_at_ms");

/** One buyer: no cookie (k6 empties the jar before each iteration), one unit, the next replica in turn. */
export default function checkout() {
  const replica = replicas[exec.scenario.iterationInTest % replicas.length];
  startedAt.add(Date.now());
  const from = exec.instance.currentTestRunDuration;
  const response = http.post(`${replica}/api/checkout`, JSON.stringify({ items: [{ sku, quantity: 1 }] }), {
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
    unitsReserved.add(unitsIn(body));
    soldAt.add(Date.now());
  }
  // A scenario writes no files; its console does. `load-tests/history.ts` reads these lines.
  console.log(JSON.stringify([exec.scenario.iterationInTest, from, to, outcome, unitNumbersIn(body)]));
  check(response, { answered: () => outcome !== "NO_ANSWER" });
}

export function handleSummary(data: { metrics: Record<string, { values: Record<string, number> }> }) {
  const value = (metric: string, key: string) => data.metrics[metric]?.values[key] ?? 0;
  const latency = (key: string) => value("answered_in_ms", key);
  const counts = {} as Record<Outcome, number>;
  for (const outcome of Object.keys(counters) as Outcome[]) counts[outcome] = value(`outcome_${outcome}`, "count");
  const summary: K6Summary = {
    checkouts: Object.values(counts).reduce((sum, count) => sum + count, 0),
    outcomes: counts,
    unitsReserved: value("units_reserved", "count"),
    wallMs: value("ended_at_ms", "max") - value("started_at_ms", "min"),
    soldMs: Math.max(value("sold_at_ms", "max") - value("started_at_ms", "min"), 0),
    latencyMs: { p50: latency("med"), p95: latency("p(95)"), p99: latency("p(99)"), max: latency("max") },
  };
  return {
    [required("SUMMARY_FILE")]: JSON.stringify(summary, null, 2),
    [required("RAW_FILE")]: JSON.stringify(data, null, 2),
  };
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

const unitsIn = (body: Body) => (body.lines ?? []).reduce((sum, line) => sum + line.quantity, 0);

const unitNumbersIn = (body: Body) => (body.lines ?? []).flatMap((line) => line.unitNumbers);

function parse(body: string | ArrayBuffer | null): Body {
  try {
    return typeof body === "string" ? (JSON.parse(body) as Body) : {};
  } catch {
    return {};
  }
}

function required(name: string): string {
  const value = __ENV[name];
  if (!value) throw new Error(`The scenario wants ${name}; npm run load sets it.`);
  return value;
}
