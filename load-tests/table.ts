import Table from "cli-table3";
import { markdownTable as alignedTable } from "markdown-table";
import type { Conditions, StrategyResult } from "./results.ts";

export const columns = [
  "strategy",
  "buyers",
  "units sold",
  "oversold",
  "lost updates",
  "false sold out",
  "units sold/s",
  "spread",
  "lock held ms",
  "p50 ms",
  "p95 ms",
  "p99 ms",
  "errors",
  "history",
] as const;

const historyWords = {
  linearizable: "linearizable",
  "not-linearizable": "not linearizable",
  unknown: "unknown",
} as const;

/** One strategy's cells, in the order of `columns`. */
export function cells(result: StrategyResult): string[] {
  const { summary, verdict } = result;
  return [
    result.strategy,
    whole(summary.checkouts),
    whole(verdict.unitsSold),
    whole(verdict.unitsOversold),
    whole(verdict.lostUpdates),
    whole(verdict.soldOutTooEarly),
    result.unitsPerSecond.toFixed(1),
    spread(result.rounds.map(({ unitsPerSecond }) => unitsPerSecond)),
    result.heldMs === undefined ? "–" : result.heldMs.toFixed(1),
    whole(summary.latencyMs.p50),
    whole(summary.latencyMs.p95),
    whole(summary.latencyMs.p99),
    whole(result.errors),
    historyWords[result.history.verdict],
  ];
}

const spread = (rates: readonly number[]) =>
  rates.length > 1 ? `${Math.min(...rates).toFixed(1)} – ${Math.max(...rates).toFixed(1)}` : "–";

/** What the figures mean and how they were taken, a sentence each. */
export function headings(conditions: Conditions): string[] {
  return [
    `In each round, ${whole(conditions.buyers)} buyers buy one unit each of a product with ${whole(conditions.stock)} units, ${conditions.clients} at the same time (k6 clients), from ${conditions.replicas} replicas; delay between read and write ${conditions.thinkTimeMs} ms.`,
    conditions.rounds === 1
      ? "One round."
      : `${conditions.rounds} rounds, the strategies in changing order. Counts are sums of all rounds; rates, latencies and the time of a lock are medians of the rounds.`,
    `${conditions.database}, ${conditions.durability}; ${conditions.machine}; ${conditions.k6}.`,
    "Units sold/s counts distinct units (sold minus oversold) between the first request and the last reservation: buyers who are told “sold out” after that do not lower it.",
    "Lock held is the median time from the grant of a checkout's lock (a lease, or the database's) to its release, in milliseconds.",
    "Latencies cover every answered checkout; errors are checkouts that ended neither in a reservation nor in “sold out”.",
    "History: whether the buyers' answers are linearizable, that is, whether a correct system could have given them.",
  ];
}

export function textTable(results: StrategyResult[]): string {
  const table = new Table({
    head: [...columns],
    style: { head: [], border: [] },
    colAligns: columns.map((_, index) => (index === 0 ? "left" : "right")),
  });
  for (const result of results) table.push(cells(result));
  return table.toString();
}

export const markdownTable = (results: StrategyResult[]) =>
  alignedTable([[...columns], ...results.map(cells)], { align: columns.map((_, index) => (index === 0 ? "l" : "r")) });

export const whole = (value: number) => Math.round(value).toLocaleString("en-US");
