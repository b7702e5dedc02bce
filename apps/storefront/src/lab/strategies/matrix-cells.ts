import type { Matrix } from "../../api/types.ts";

export type MatrixCell = Matrix["cells"][number];
export type Result = MatrixCell["result"];

/** What a cell shows: a mark and a word, so that the colour is never alone. */
export const resultWords: Record<Result, { mark: string; word: string }> = {
  survives: { mark: "✓", word: "survives" },
  loses: { mark: "✗", word: "loses" },
  "not-applicable": { mark: "–", word: "n/a" },
  unavailable: { mark: "○", word: "unavailable" },
  "not-measured": { mark: "·", word: "not measured" },
};

export const cellOf = ({ cells }: Matrix, scenario: string, strategy: string): MatrixCell | undefined =>
  cells.find((cell) => cell.scenario === scenario && cell.strategy === strategy);

/** The address of the cell's replay, where there is one to be watched. */
export function replayOf({ scenarios }: Matrix, { scenario, strategy, result }: MatrixCell): string | undefined {
  const replayable = scenarios.find(({ name }) => name === scenario)?.replayable;
  if (!replayable || result === "not-applicable" || result === "unavailable") return undefined;
  return `/lab/replays/${scenario}/${strategy}`;
}

export const measuredCount = ({ cells }: Matrix): number =>
  cells.filter(({ result }) => result !== "not-measured").length;

/**
 * How many times as long as the fastest a timed cell took, within this measurement. The fastest is the fastest that
 * survived: to sell wrongly in a short time is no feat. Absent where nothing was timed.
 */
export function timesFastest({ cells }: Matrix, { scenario, tookMs }: MatrixCell): number | undefined {
  if (tookMs === null) return undefined;
  const timed = cells.filter((cell) => cell.scenario === scenario && cell.result === "survives");
  const fastest = Math.min(...timed.map((cell) => cell.tookMs ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(fastest) && fastest > 0 ? tookMs / fastest : undefined;
}

export const asTimes = (ratio: number): string => `${ratio.toFixed(1)}×`;

/**
 * How many times as long a strategy took as another one in the same scenario of this measurement; absent unless both were
 * timed and both survived it.
 */
export function ratio(matrix: Matrix, scenario: string, strategy: string, to: string): number | undefined {
  const [one, other] = [strategy, to].map((name) => {
    const cell = cellOf(matrix, scenario, name);
    return cell?.result === "survives" && cell.tookMs ? cell.tookMs : undefined;
  });
  return one !== undefined && other !== undefined ? one / other : undefined;
}

/** "about as long", "1.8 times as long": a measurement on a busy machine tells no finer. */
export function asLong(ratio: number): string {
  return Math.abs(ratio - 1) < 0.1 ? "about as long" : `${ratio.toFixed(1)} times as long`;
}
