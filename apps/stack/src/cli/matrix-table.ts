/** The part of `GET /api/lab/matrix` that is printed and judged. */
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
  survives: "survives",
  loses: "LOSES",
  "not-applicable": "-",
  unavailable: "unavailable",
  "not-measured": "not measured",
};

/** Strategies down, scenarios across; below, why each lost cell was lost. */
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
  return [`Measured by build ${build}.`, "", ...table, "", ...reasons].join("\n");
}

/** Where safety means that concurrent buyers are kept apart while nothing fails. What a pause does is another matter. */
const PROMISED = ["two-readers", "crowd"];

/** Strategies that call themselves safe and are not, with what was seen. */
export function brokenPromises({ cells }: Matrix, strategies: readonly StrategyFacts[]): string[] {
  const safe = new Set(strategies.filter((strategy) => strategy.safe).map((strategy) => strategy.name));
  return cells
    .filter(({ scenario, strategy, result }) => PROMISED.includes(scenario) && safe.has(strategy) && result === "loses")
    .map(({ scenario, strategy, sentence }) => `${strategy}, ${scenario}: ${sentence}`);
}
