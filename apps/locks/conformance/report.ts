import { cpus, totalmem } from "node:os";
import type { Case } from "./case.ts";
import type { SubjectResult } from "./run.ts";

/** What `--json` prints and `--record` keeps. */
export interface Report {
  version: 1;
  /** When the run ended, in ISO 8601. */
  date: string;
  /** Of the working copy, where it is one. */
  commit?: string;
  machine: string;
  redis: string;
  /** Fewer cycles and contenders than a full run. */
  isQuick: boolean;
  tookMs: number;
  cases: Pick<Case, "number" | "name" | "title" | "steps" | "gives">[];
  subjects: SubjectResult[];
}

export const machine = () => {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model.trim() || "CPU"}, ${memory} GiB`;
};

export const describeCase = ({ number, name, title, steps, gives }: Case) => ({ number, name, title, steps, gives });

const MARKS = { pass: "pass", fail: "FAIL", "not applicable": "n/a", observation: "seen", error: "error" } as const;

/** One row for each case and one column for each subject; then what was found. */
export function terminalTable({ cases, subjects }: Report): string {
  const ran = subjects.filter(({ notRun }) => notRun === undefined);
  const markOf = (subject: SubjectResult, number: number) => {
    const result = subject.results.find((each) => each.case === number);
    return result ? MARKS[result.outcome] : "-";
  };
  const head = ["case", ...ran.map(({ name }) => name)];
  const rows = cases.map(({ number }) => [String(number), ...ran.map((subject) => markOf(subject, number))]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const titles = cases.map(({ number, title }) => `${String(number).padStart(4)}  ${title}`);
  const findings = subjects.flatMap(({ name, title, notRun, results }) => [
    "",
    `${name} (${title})${notRun ? `: not run: ${notRun}` : ""}`,
    ...results.map((each) => `${String(each.case).padStart(4)}  ${MARKS[each.outcome].padEnd(5)} ${each.finding}`),
  ]);
  return [...titles, "", line(head), ...rows.map(line), ...findings].join("\n");
}
