import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Outcome } from "./case.ts";
import type { Report } from "./report.ts";
import type { CaseResult, SubjectResult } from "./run.ts";
import { sourceLines } from "./source-lines.ts";

const BEGIN = "<!-- measured: conformance -->";
const END = "<!-- end of conformance -->";
export const PAGE = "docs/redlock-packages.md";
/** The recorded run, which the lab's page shows as well. */
export const RECORDED = "apps/storefront/src/lab/redlock-packages/report.json";

/** Keeps the report, and writes the page's tables from it. */
export async function writePage(root: string, report: Report): Promise<void> {
  await writeFile(join(root, RECORDED), `${JSON.stringify(report, null, 2)}\n`);
  const path = join(root, PAGE);
  await writeFile(path, withTables(await readFile(path, "utf8"), report));
}

/** The page with its generated part from this report. @throws Error when the page has no place for it. */
export function withTables(text: string, report: Report): string {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no lines ${BEGIN} and ${END} to write between.`);
  return `${text.slice(0, from + BEGIN.length)}\n\n${tables(report)}\n\n${text.slice(to)}`;
}

function tables(report: Report): string {
  const ran = report.subjects.filter(({ notRun }) => notRun === undefined);
  return [
    conditions(report),
    table(
      ["adapter", "tested", "Node.js"],
      report.subjects.map(({ name, title, node, notRun }) => [`\`${name}\``, title, node ?? `not run: ${notRun}`]),
    ),
    "## What each case found",
    table(
      ["case", ...ran.map(({ name }) => `\`${name}\``)],
      report.cases.map(({ number, title }) => [`${number}. ${title}`, ...ran.map((each) => markOf(each, number))]),
    ),
    "## Failures and their smallest reproduction",
    failures(report, ran),
    "## Observations",
    "Case 9 and the last step of case 10 show a property of the algorithm: in any quorum, a node that restarts without its data must stay down for the longest TTL. The alternative is that every node writes each command to disk before it answers.",
    observations(report, ran),
  ].join("\n\n");
}

function conditions({ date, commit, machine, redis, tookMs, isQuick }: Report): string {
  const version = /v=(\S+)/.exec(redis)?.[1] ?? redis;
  const minutes = Math.round(tookMs / 60_000);
  const quick = isQuick ? " A quick run, with fewer cycles and contenders." : "";
  return `Recorded on ${date.slice(0, 10)}${commit ? ` at commit ${commit}` : ""} by \`npm run conformance -- --record\`, in ${minutes} minutes: ${machine}, five processes of Redis ${version}, ioredis 6.0.0 for every package.${quick}`;
}

const MARKS: Record<Outcome | "error", string> = {
  pass: "pass",
  fail: "**fail**",
  "not applicable": "n/a",
  observation: "seen",
  error: "not measured",
};

const resultOf = ({ results }: SubjectResult, number: number): CaseResult | undefined =>
  results.find((each) => each.case === number);

const markOf = (subject: SubjectResult, number: number) => {
  const result = resultOf(subject, number);
  return result ? MARKS[result.outcome] : "";
};

function failures({ cases }: Report, ran: readonly SubjectResult[]): string {
  return cases
    .flatMap(({ number, title, steps }) => {
      const failed = ran.filter((subject) => resultOf(subject, number)?.outcome === "fail");
      if (failed.length === 0) return [];
      return [
        `### Case ${number}: ${title}`,
        steps.map((step, index) => `${index + 1}. ${step}`).join("\n"),
        failed.map((subject) => `- ${found(subject, number)}`).join("\n"),
        `\`npm run conformance -- --only ${failed[0]?.name} --case ${number}\``,
      ];
    })
    .join("\n\n");
}

function found(subject: SubjectResult, number: number): string {
  const { finding = "", beliefs = [] } = resultOf(subject, number) ?? {};
  const held = beliefs.map(
    ({ client, fromMs, untilMs, clock }) => `${client} from ${fromMs} ms until ${untilMs} ms (${clock})`,
  );
  const who = held.length > 0 ? ` Believed to hold it: ${held.join("; ")}.` : "";
  const source = sourceLines[subject.name]?.[number];
  return `\`${subject.name}\`: ${finding}${who}${source ? ` Source: ${source}` : ""}`;
}

function observations({ cases }: Report, ran: readonly SubjectResult[]): string {
  return cases
    .filter(({ gives }) => gives === "observation")
    .map(({ number, title, steps }) => {
      const lines = ran.map((subject) => `- ${found(subject, number)}${number === 9 ? advice(subject) : ""}`);
      return [
        `### Case ${number}: ${title}`,
        steps.map((step, index) => `${index + 1}. ${step}`).join("\n"),
        lines.join("\n"),
      ].join("\n\n");
    })
    .join("\n\n");
}

function advice({ readmeLines }: SubjectResult): string {
  if (!readmeLines) return "";
  if (readmeLines.length === 0) return " Its README has no word on restarts, persistence or fsync.";
  return ` Its README speaks of crashes or restarts in line ${readmeLines.join(", ")}.`;
}

/** Aligned, as the formatter wants it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
