/** The part of `GET /api/lab/matrix` that is printed and checked. */
export interface Matrix {
  build: string;
  measuring: boolean;
  scenarios: { name: string; title: string }[];
  strategies: string[];
  cells: { scenario: string; strategy: string; result: string; sentence: string; tookMs: number | null }[];
}

export interface StrategyFacts {
  name: string;
  safe: boolean;
}

const words: Record<string, string> = {
  survives: "passes",
  loses: "FAILS",
  "not-applicable": "-",
  unavailable: "unavailable",
  "not-measured": "not measured",
};

/**
 * Formats a table with a row for each strategy and a column for each scenario, followed by the reason of each failure.
 */
export function matrixTable({ build, scenarios, strategies, cells }: Matrix): string {
  const columns = scenarios.map((scenario) => scenario.name);
  const cellOf = (scenario: string, strategy: string) =>
    cells.find((cell) => cell.scenario === scenario && cell.strategy === strategy);
  const show = (scenario: string, strategy: string) => {
    const cell = cellOf(scenario, strategy);
    const word = words[cell?.result ?? "not-measured"] ?? String(cell?.result);
    return cell?.tookMs == null ? word : `${word} ${cell.tookMs} ms`;
  };
  const rows = [
    ["strategy", ...columns],
    ...strategies.map((strategy) => [strategy, ...columns.map((scenario) => show(scenario, strategy))]),
  ];
  const widths = ["", ...columns].map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const table = rows.map((row) =>
    row
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const reasons = ["loses", "unavailable", "not-measured"].flatMap((result) =>
    cells
      .filter((cell) => cell.result === result)
      .map((cell) => `${words[result]}  ${cell.strategy}, ${cell.scenario}: ${cell.sentence}`),
  );
  return [`Measured with version ${build}.`, "", ...table, "", ...reasons].join("\n");
}

/** The scenarios that every safe strategy must pass. In the others a holder is paused, which `safe` does not cover. */
const PROMISED = ["two-readers", "crowd"];

/** The failures of strategies that are declared safe. */
export function brokenPromises({ cells }: Matrix, strategies: readonly StrategyFacts[]): string[] {
  const safe = new Set(strategies.filter((strategy) => strategy.safe).map((strategy) => strategy.name));
  return cells
    .filter(({ scenario, strategy, result }) => PROMISED.includes(scenario) && safe.has(strategy) && result === "loses")
    .map(({ scenario, strategy, sentence }) => `${strategy}, ${scenario}: ${sentence}`);
}
