import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installNode24, installPackages } from "./installation.ts";
import { type Options, readOptions, UsageError, usage } from "./options.ts";
import { writePage } from "./page.ts";
import type { NodeOptions } from "./redis-node.ts";
import { describeCase, machine, type Report, terminalTable } from "./report.ts";
import { runConformance, type SubjectResult } from "./run.ts";
import { ownSubjects, packageSubjects, type Subject, subjectsOf } from "./subjects.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const brokenFile = fileURLToPath(new URL("./broken/adapters.ts", import.meta.url));

export interface Surroundings {
  nodes: NodeOptions;
  /** The folder for the report. */
  reports: string;
  signal: AbortSignal;
}

/** What the arguments ask for, or the text and the exit code with which the command ends at once. */
export function readArguments(args: string[]): Options | { exitCode: number; text: string } {
  try {
    const options = readOptions(args);
    return options === "help" ? { exitCode: 0, text: usage } : options;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { exitCode: 2, text: `${error.message}\n\n${usage}` };
  }
}

/** Resolves to the exit code: 0, or 1 where an adapter from elsewhere failed a case or a case could not be run. */
export async function main(options: Options, { nodes, reports, signal }: Surroundings): Promise<number> {
  const say = (line: string) => console.error(line);
  const began = performance.now();
  const subjects = await subjectsFor(options, say);
  const results = await runConformance(subjects, {
    nodes,
    cases: options.cases,
    isQuick: options.isQuick,
    signal,
    nodeFor: (subject) => nodeFor(subject, say),
    onResult: ({ name }, { case: number, outcome, tookMs }) =>
      say(`${name.padEnd(20)}  case ${String(number).padStart(2)}  ${outcome} (${(tookMs / 1_000).toFixed(1)} s)`),
  });
  const report: Report = {
    version: 1,
    date: new Date().toISOString(),
    commit: await commit(),
    machine: machine(),
    redis: (await run(nodes.program, ["--version"])).stdout.trim(),
    isQuick: options.isQuick,
    tookMs: Math.round(performance.now() - began),
    cases: options.cases.map(describeCase),
    subjects: results,
  };
  await keep(report, reports, options);
  console.log(options.isJson ? JSON.stringify(report, null, 2) : terminalTable(report));
  return exitCodeOf(results, options);
}

async function subjectsFor({ adapterFile, defects, only }: Options, say: (line: string) => void): Promise<Subject[]> {
  if (defects) return subjectsOf(brokenFile);
  if (adapterFile) return subjectsOf(adapterFile);
  const own = ownSubjects.filter(({ name }) => only?.includes(name) ?? true);
  if (only && own.length === only.length) return own;
  const packages = await packageSubjects(await installPackages(say));
  return [...packages.filter(({ name }) => only?.includes(name) ?? true), ...own];
}

/** This Node.js where it is new enough for the package, otherwise Node.js 24. */
async function nodeFor({ name, leastNode }: Subject, say: (line: string) => void) {
  const [major] = process.versions.node.split(".").map(Number);
  if ((major ?? 0) >= leastNode) return { path: process.execPath, version: process.version };
  try {
    const path = await installNode24(say);
    return { path, version: (await run(path, ["--version"])).stdout.trim() };
  } catch (error) {
    say(`${name}: ${(error as Error).message}`);
    return { notRun: `needs Node ${leastNode}` };
  }
}

async function keep(report: Report, reports: string, { record }: Options): Promise<void> {
  await mkdir(reports, { recursive: true });
  await writeFile(join(reports, "conformance.json"), `${JSON.stringify(report, null, 2)}\n`);
  if (record) await writePage(root, report);
}

/** A package's failure is a result. One's own adapter is tested for its failures. */
function exitCodeOf(results: readonly SubjectResult[], { adapterFile, defects }: Options): number {
  const outcomes = results.flatMap((subject) => subject.results.map(({ outcome }) => outcome));
  if (outcomes.includes("error")) return 1;
  return adapterFile && !defects && outcomes.includes("fail") ? 1 : 0;
}

const commit = () =>
  run("git", ["rev-parse", "--short", "HEAD"], { cwd: root }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
