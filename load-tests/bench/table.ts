import Table from "cli-table3";
import { markdownTable as alignedTable } from "markdown-table";
import type { Figure, Goal, Side } from "./figure.ts";
import { median } from "./rounds.ts";

export const reaches = ({ ratios, goal }: Pick<Figure, "ratios" | "goal">): boolean => {
  const ratio = median(ratios);
  // Nothing is reached by dividing by nothing.
  return (
    Number.isFinite(ratio) &&
    ratio >= (goal.atLeast ?? Number.NEGATIVE_INFINITY) &&
    ratio <= (goal.atMost ?? Number.POSITIVE_INFINITY)
  );
};

const goalWords = ({ atLeast, atMost }: Goal) => (atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`);

/** Every figure's line: median, spread, goal. */
export function figuresTable(figures: readonly Figure[]): string {
  const table = new Table({
    head: ["", "figure", "median", "spread", "goal", ""],
    colWidths: [null, 62, null, null, null, null],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const figure of figures) table.push([figure.id, figure.what, ...figureCells(figure)]);
  return table.toString();
}

const figureCells = (figure: Figure) => [
  short(median(figure.ratios)),
  `${short(Math.min(...figure.ratios))} – ${short(Math.max(...figure.ratios))}`,
  goalWords(figure.goal),
  reaches(figure) ? "reached" : "missed",
];

/** What a figure's ratio was made of. */
export function sidesTable({ id, sides, notes = [] }: Figure): string {
  const table = new Table({
    head: [id, "clients", "per second", "spread", "p50 ms", "p99 ms", "errors", "units sold", ""],
    style: { head: [], border: [] },
  });
  for (const side of sides) table.push(sideCells(side));
  return [table.toString(), ...notes.map((note) => `  ${note}`)].join("\n");
}

const sideCells = ({ name, clients, perSecond, latencyMs, errors, unitsSold, extras = {} }: Side) => [
  name,
  clients,
  short(median(perSecond)),
  `${short(Math.min(...perSecond))} – ${short(Math.max(...perSecond))}`,
  latencyMs ? short(latencyMs.p50) : "",
  latencyMs ? short(latencyMs.p99) : "",
  errors ?? "",
  unitsSold?.toLocaleString("en") ?? "",
  Object.entries(extras)
    .map(([what, value]) => `${what}: ${short(value)}`)
    .join(", "),
];

/** The same for a README. */
export function markdownTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [figure.id, figure.what, ...figureCells(figure)]);
  return alignedTable([["", "figure", "median", "spread", "goal", ""], ...rows], {
    align: ["l", "l", "r", "r", "r", "l"],
  });
}

/** Three digits that mean something. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString("en");
}
