// The checkout of `npm run load`: the plain scenario, with its figures in the form that the comparison reads.
import { counters } from "../checkout.ts";
import type { K6Summary, Outcome } from "../results.ts";

export { default, options, setup, teardown } from "../checkout.ts";

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
    [__ENV.SUMMARY_FILE ?? "summary.json"]: JSON.stringify(summary, null, 2),
    [__ENV.RAW_FILE ?? "raw.json"]: JSON.stringify(data, null, 2),
  };
}
