import Table from "cli-table3";
import { markdownTable as alignedTable } from "markdown-table";
import type { Conditions, StrategyResult } from "./results.ts";

export const columns = [
  "strategy",
  "buyers",
  "units sold",
  "oversold",
  "lost updates",
  "sold out too early",
  "units sold/s",
  "p50 ms",
  "p95 ms",
  "p99 ms",
  "errors",
  "history",
] as const;

const historyWords = { linearizable: "explained", "not-linearizable": "not explained", unknown: "unknown" } as const;

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
    whole(summary.latencyMs.p50),
    whole(summary.latencyMs.p95),
    whole(summary.latencyMs.p99),
    whole(result.errors),
    historyWords[result.history.verdict],
  ];
}

/** What the figures mean and how they were taken, a sentence each. */
export function headings(conditions: Conditions): string[] {
  return [
    `${whole(conditions.buyers)} buyers want one unit each of ${whole(conditions.stock)}, ${conditions.clients} at the same moment (k6 clients), over ${conditions.replicas} replicas; think time ${conditions.thinkTimeMs} ms.`,
    `${conditions.database}, ${conditions.durability}; ${conditions.machine}; ${conditions.k6}.`,
    "Units sold/s counts distinct units (sold minus oversold) over the time from the first request to the last answer.",
    "Latencies are of every answered checkout; errors are checkouts that ended in neither a reservation nor “sold out”.",
    "History: whether there is an order of events in which a correct shop could have given the buyers these answers.",
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

const whole = (value: number) => Math.round(value).toLocaleString("en-US");
