import type { HistoryVerdict, K6Summary, StrategyInfo, Verdict } from "./results.ts";

// Made-up figures for the tests of the judge, the table and the report: 100 buyers, 40 units, nothing wrong.

export const info = (over: Partial<StrategyInfo> = {}): StrategyInfo => ({
  name: "row-lock",
  safe: true,
  available: true,
  reason: null,
  ...over,
});

export const summary = (over: Partial<K6Summary> & { counts?: Partial<K6Summary["outcomes"]> } = {}): K6Summary => {
  const { counts, ...rest } = over;
  return {
    checkouts: 100,
    outcomes: {
      RESERVED: 40,
      OUT_OF_STOCK: 60,
      LOCK_BUSY: 0,
      LOCK_LOST: 0,
      DATABASE_UNAVAILABLE: 0,
      NO_ANSWER: 0,
      OTHER: 0,
      ...counts,
    },
    unitsReserved: 40,
    wallMs: 5_000,
    soldMs: 2_000,
    latencyMs: { p50: 20, p95: 80, p99: 120, max: 200 },
    ...rest,
  };
};

export const explained: HistoryVerdict = { verdict: "linearizable" };

export const verdict = (over: Partial<Verdict> = {}): Verdict => ({
  strategy: "row-lock",
  initialStock: 40,
  stock: 0,
  unitsSold: 40,
  unitsOversold: 0,
  lostUpdates: 0,
  soldOutTooEarly: 0,
  orders: 40,
  ordersWithoutMovement: 0,
  movementsWithoutOrder: 0,
  passed: true,
  evidence: [],
  ...over,
});
