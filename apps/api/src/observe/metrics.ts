import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { lockMetrics } from "./locks/lock-metrics.ts";

/** A replica's metrics, for Prometheus. Durations are in seconds. */
export function createMetrics(replica: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ replica });
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    checkouts: new Counter({
      name: "checkouts_total",
      help: "Answers to checkouts, by strategy and outcome.",
      labelNames: ["strategy", "outcome"],
      registers: [registry],
    }),
    requestSeconds: new Histogram({
      name: "http_request_duration_seconds",
      help: "Time from a request to its answer.",
      labelNames: ["method", "route", "status"],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
    sweeps: new Counter({
      name: "sweeps_total",
      help: "Reservations expired, payments settled and runs removed by this replica.",
      labelNames: ["kind"],
      registers: [registry],
    }),
    locks: lockMetrics(registry),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
