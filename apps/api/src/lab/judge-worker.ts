import { parentPort } from "node:worker_threads";
import { type Judgement, judge } from "@last-unit/checker";
import type { RunEvent } from "./history.ts";

export interface Question {
  id: number;
  events: readonly RunEvent[];
  sku: string;
  stock: number;
}

/** The search may take this long, and so may making its counterexample short: a page waits for both. */
const BOUND_MS = 2_000;
const MEMORY_MB = 128;

parentPort?.on("message", ({ id, events, sku, stock }: Question) => {
  const bounds = { timeMs: BOUND_MS, minimiseMs: BOUND_MS, memoryMb: MEMORY_MB };
  let judgement: Judgement;
  try {
    judgement = judge(events, { model: "stock", initial: { [sku]: stock }, ...bounds });
  } catch (error) {
    judgement = { verdict: "unknown", reason: (error as Error).message, operations: 0 };
  }
  const { verdict, reason, counterexample } = judgement;
  const told = counterexample && {
    sentences: [...counterexample.sentences],
    svg: counterexample.svg,
    operations: counterexample.operations.length,
  };
  parentPort?.postMessage({ id, verdict, reason, counterexample: told });
});
