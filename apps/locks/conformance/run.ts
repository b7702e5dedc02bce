import { Bench } from "./bench.ts";
import type { Case, Result } from "./case.ts";
import { within } from "./eventually.ts";
import { type NodeOptions, RedisNode } from "./redis-node.ts";
import type { Subject } from "./subjects.ts";

const CASE_BOUND_MS = 600_000;
const NODES = 5;

export interface CaseResult extends Omit<Result, "outcome"> {
  case: number;
  outcome: Result["outcome"] | "error";
  tookMs: number;
}

export interface SubjectResult {
  name: string;
  title: string;
  /** The Node.js that ran it. */
  node?: string;
  /** Why it was not run. */
  notRun?: string;
  readmeLines?: readonly number[];
  results: CaseResult[];
}

export interface RunOptions {
  nodes: NodeOptions;
  cases: readonly Case[];
  isQuick: boolean;
  signal?: AbortSignal;
  /** Which Node.js runs a subject: its path and version, or why there is none. */
  nodeFor(subject: Subject): Promise<{ path: string; version: string } | { notRun: string }>;
  onResult?(subject: Subject, result: CaseResult): void;
}

/** Runs the cases on each subject, one after the other, against five Redis processes of their own. */
export async function runConformance(subjects: readonly Subject[], options: RunOptions): Promise<SubjectResult[]> {
  const nodes = await startNodes(options.nodes);
  try {
    const all: SubjectResult[] = [];
    for (const subject of subjects) all.push(await runSubject(subject, nodes, options));
    return all;
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
  }
}

export async function startNodes(options: NodeOptions): Promise<RedisNode[]> {
  const names = Array.from({ length: NODES }, (_, index) => `conformance-redis-${index + 1}`);
  const started = await Promise.allSettled(names.map((name) => RedisNode.start(name, options)));
  const nodes = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const failed = started.find((each) => each.status === "rejected");
  if (!failed) return nodes;
  await Promise.all(nodes.map((node) => node.stop()));
  throw failed.reason;
}

async function runSubject(subject: Subject, nodes: readonly RedisNode[], options: RunOptions): Promise<SubjectResult> {
  const { name, title, readmeLines } = subject;
  const node = await options.nodeFor(subject);
  if ("notRun" in node) return { name, title, readmeLines, notRun: node.notRun, results: [] };
  const bench = new Bench(nodes, { file: subject.file, name, node: node.path }, options);
  const results: CaseResult[] = [];
  try {
    for (const each of options.cases) {
      const result = await unlessAborted(runCase(each, bench), options.signal);
      results.push(result);
      options.onResult?.(subject, result);
    }
  } finally {
    await bench.end();
  }
  return { name, title, readmeLines, node: node.version, results };
}

/** The case goes on without its clients, which end with the bench. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal?.removeEventListener("abort", abort));
  });
}

/** A case that breaks is an error of its own kind: it says nothing about the package. */
export async function runCase(each: Case, bench: Bench): Promise<CaseResult> {
  const began = performance.now();
  const took = () => Math.round(performance.now() - began);
  try {
    const result = await within(each.run(bench), CASE_BOUND_MS, "the case ends");
    return { case: each.number, ...result, tookMs: took() };
  } catch (error) {
    const finding = error instanceof Error ? error.message : String(error);
    return { case: each.number, outcome: "error", finding, tookMs: took() };
  } finally {
    await bench.clean();
  }
}
