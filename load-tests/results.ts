/** What GET /api/lab/strategies says about one strategy; only what the comparison reads. */
export interface StrategyInfo {
  name: string;
  safe: boolean;
  available: boolean;
  reason: string | null;
}

/** What GET /api/lab/runs/:id/verdict says; only what the comparison reads. */
export interface Verdict {
  strategy: string;
  initialStock: number;
  stock: number;
  unitsSold: number;
  unitsOversold: number;
  lostUpdates: number;
  soldOutTooEarly: number;
  orders: number;
  ordersWithoutMovement: number;
  movementsWithoutOrder: number;
  passed: boolean;
  evidence: { kind: string; message: string }[];
}

/** How one checkout ended, as the buyer saw it. */
export const outcomes = [
  "RESERVED",
  "OUT_OF_STOCK",
  "LOCK_BUSY",
  "LOCK_LOST",
  "DATABASE_UNAVAILABLE",
  "NO_ANSWER",
  "OTHER",
] as const;
export type Outcome = (typeof outcomes)[number];

/** What the k6 scenario writes when it has finished: the buyers' side of the story. */
export interface K6Summary {
  checkouts: number;
  outcomes: Record<Outcome, number>;
  /** Sum of the quantities in the orders that buyers were told of. */
  unitsReserved: number;
  /** From the first request's start to the last answer, in milliseconds. */
  wallMs: number;
  /** From the first request's start to the last reservation, in milliseconds; 0 if nothing was sold. */
  soldMs: number;
  /** Of every answered checkout, refusals included. */
  latencyMs: { p50: number; p95: number; p99: number; max: number };
}

/** What the checker says of the run, as its clients saw it. */
export interface HistoryVerdict {
  verdict: "linearizable" | "not-linearizable" | "unknown";
  /** Where it is unknown. */
  reason?: string;
  /** Where nothing explains it: the shortest piece of it, told and drawn. */
  sentences?: readonly string[];
  svg?: string;
}

/** One round of one strategy. */
export interface StrategyRound {
  strategy: string;
  safe: boolean;
  runId: string;
  summary: K6Summary;
  verdict: Verdict;
  history: HistoryVerdict;
  /** Distinct units that found a buyer, per second until the last one did: a unit sold twice counts once. */
  unitsPerSecond: number;
  /** For how long a checkout held its lock, the median in milliseconds; absent for a strategy without one. */
  heldMs?: number;
  /** Checkouts that ended neither in a reservation nor in "sold out". */
  errors: number;
  /** Promises that were broken, a sentence each; empty when all is well. */
  failures: string[];
}

/** One strategy's line in the table: all rounds together. */
export interface StrategyResult extends Omit<StrategyRound, "runId"> {
  /** One a round. */
  rounds: { runId: string; unitsPerSecond: number; heldMs?: number; wallMs: number }[];
}

/** Where and how the figures were taken: a figure without these says little. */
export interface Conditions {
  startedAt: string;
  commit?: string;
  /** How often each strategy was measured, in changing order; every round has as many buyers and units. */
  rounds: number;
  buyers: number;
  stock: number;
  clients: number;
  thinkTimeMs: number;
  replicas: number;
  database: string;
  durability: string;
  machine: string;
  k6: string;
}
