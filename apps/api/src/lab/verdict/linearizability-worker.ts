import { parentPort } from "node:worker_threads";
import { type CheckResult, checkHistory } from "@last-unit/checker";
import type { RunEvent } from "./history.ts";

export interface Question {
  id: number;
  events: readonly RunEvent[];
  sku: string;
  stock: number;
}

/** The time limit of the search, and of shortening its counterexample. A page waits for both. */
const BOUND_MS = 2_000;
const MEMORY_MB = 128;

parentPort?.on("message", ({ id, events, sku, stock }: Question) => {
  const bounds = { timeMs: BOUND_MS, minimiseMs: BOUND_MS, memoryMb: MEMORY_MB };
  let result: CheckResult;
  try {
    result = checkHistory(events, { model: "stock", initial: { [sku]: stock }, ...bounds });
  } catch (error) {
    result = { verdict: "unknown", reason: (error as Error).message, operations: 0 };
  }
  const { verdict, reason, counterexample } = result;
  const told = counterexample && {
    sentences: [...counterexample.sentences],
    svg: counterexample.svg,
    operations: counterexample.operations.length,
  };
  parentPort?.postMessage({ id, verdict, reason, counterexample: told });
});
