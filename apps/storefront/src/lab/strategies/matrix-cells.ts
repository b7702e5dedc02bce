import type { Matrix, Strategy } from "../../api/types.ts";

export type MatrixCell = Matrix["cells"][number];
export type Result = MatrixCell["result"];

/** What a cell shows: a mark and a word, so that the colour is never alone. */
export const resultWords: Record<Result, { mark: string; word: string }> = {
  survives: { mark: "✓", word: "passes" },
  loses: { mark: "✗", word: "fails" },
  "not-applicable": { mark: "–", word: "n/a" },
  unavailable: { mark: "○", word: "unavailable" },
  "not-measured": { mark: "·", word: "not measured" },
};

export const cellOf = (matrix: Matrix | undefined, scenario: string, strategy: string): MatrixCell | undefined =>
  matrix?.cells.find((cell) => cell.scenario === scenario && cell.strategy === strategy);

/** The address of the cell's replay, where there is one to be watched. */
export function replayOf({ scenarios }: Matrix, { scenario, strategy, result }: MatrixCell): string | undefined {
  const replayable = scenarios.find(({ name }) => name === scenario)?.replayable;
  if (!replayable || result === "not-applicable" || result === "unavailable") return undefined;
  return `/lab/replays/${scenario}/${strategy}`;
}

export const measuredCount = ({ cells }: Matrix): number =>
  cells.filter(({ result }) => result !== "not-measured").length;

const CROWD = "crowd";
/** Not a failure but a cost: it is shown in words of its own. */
export const WAITING_OUTSIDE = "waiting-outside";

/**
 * How many times as long as the fastest a strategy took to answer all concurrent buyers, within this measurement. Only
 * strategies that passed are compared. Undefined if it failed, or nothing was timed.
 */
export function timesFastest(matrix: Matrix, strategy: string): number | undefined {
  const timed = matrix.cells.filter(({ scenario, result }) => scenario === CROWD && result === "survives");
  const own = timed.find((cell) => cell.strategy === strategy)?.tookMs;
  const fastest = Math.min(...timed.map((cell) => cell.tookMs ?? Number.POSITIVE_INFINITY));
  return own && Number.isFinite(fastest) && fastest > 0 ? own / fastest : undefined;
}

export const asTimes = (ratio: number): string => `${ratio.toFixed(1)}×`;

/** How many database connections the buyers hold who wait for their turn. */
export function connectionsHeld({ name, write }: Strategy, matrix: Matrix | undefined): string {
  const result = cellOf(matrix, WAITING_OUTSIDE, name)?.result;
  if (result === "survives") return "0";
  if (result === "loses") return name === "group-commit" ? "1 a replica" : "1 each";
  return result === "not-applicable" && write === "conditional-update" ? "1 each" : "–";
}

const shortTitles: Record<string, string> = {
  "two-readers": "two readers",
  "late-release": "late release",
  "paused-holder": "paused holder",
  "late-heartbeat": "late heartbeat",
  "crossed-carts": "crossed carts",
  [CROWD]: "40 buyers",
};

/** A scenario's name for a narrow column; its title where there is none. */
export const shortTitle = (name: string, title: string): string => shortTitles[name] ?? title;
