import { checkOperations, HistoryError, type ModelName, type ModelOptions, readHistory } from "@last-unit/checker";
import { piecesOf } from "./initial.ts";

/** What the page sends. */
export interface Task {
  file: Blob;
  model: ModelName;
  modelOptions: ModelOptions;
}

export interface Told {
  verdict: "linearizable" | "not-linearizable" | "unknown";
  operations: number;
  tookMs: number;
  reason?: string;
  counterexample?: { sentences: string[]; svg: string; operations: number };
}

/** What the worker sends: the progress, then a result or an error. */
export type News =
  | { kind: "progress"; events: number }
  | { kind: "told"; told: Told }
  | { kind: "fault"; sentence: string };

const SEARCH_MS = 30_000;
const MINIMISE_MS = 5_000;
const MEMORY_MB = 256;
/** A tab has less memory than a terminal: longer histories are checked by their conditions only, while they are read. */
const MOST_OPERATIONS = 300_000;

const tell = (news: News) => self.postMessage(news);

self.onmessage = async ({ data: { file, model, modelOptions } }: MessageEvent<Task>) => {
  const began = performance.now();
  const tookMs = () => performance.now() - began;
  const onProgress = (events: number) => tell({ kind: "progress", events });
  try {
    const options = { model, modelOptions, conditions: false };
    const read = await readHistory(piecesOf(file), options, onProgress, MOST_OPERATIONS);
    if (read.kind === "streamed") {
      const [violation] = read.report.violations;
      const verdict = violation ? "not-linearizable" : "unknown";
      const reason = violation
        ? violation.sentence
        : "every condition that needs no search holds; the history is too long for a search in a browser";
      tell({ kind: "told", told: { verdict, operations: read.operations, reason, tookMs: tookMs() } });
      return;
    }
    const bounds = { timeMs: SEARCH_MS, memoryMb: MEMORY_MB, minimiseMs: MINIMISE_MS };
    const { counterexample, ...checked } = checkOperations(read.operations, { model, ...modelOptions, ...bounds });
    const short = counterexample && {
      sentences: [...counterexample.sentences],
      svg: counterexample.svg,
      operations: counterexample.operations.length,
    };
    tell({ kind: "told", told: { ...checked, tookMs: tookMs(), ...(short && { counterexample: short }) } });
  } catch (error) {
    if (error instanceof HistoryError) tell({ kind: "fault", sentence: error.message });
    else tell({ kind: "fault", sentence: "This file could not be read as a history." });
  }
};
