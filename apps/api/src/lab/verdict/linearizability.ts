import { Worker } from "node:worker_threads";
import type { LabRun } from "@last-unit/prisma";
import { LRUCache } from "lru-cache";
import type { RunEvent } from "./history.ts";
import type { Question } from "./linearizability-worker.ts";

/** The result of the linearizability check of a run's history. */
export interface Explained {
  linearizable: boolean | "unknown";
  unknownBecause: string | null;
  /** The shortest part of the history that is not linearizable. `svg` is a complete document. */
  counterexample: { sentences: string[]; svg: string; operations: number } | null;
}

interface Reply {
  id: number;
  verdict: "linearizable" | "not-linearizable" | "unknown";
  reason?: string;
  counterexample?: Explained["counterexample"];
}

const KEPT = 200;
const PATIENCE_MS = 10_000;

export const unknown = (unknownBecause: string): Explained => ({
  linearizable: "unknown",
  unknownBecause,
  counterexample: null,
});

/**
 * Checks histories for linearizability in a worker thread, one at a time, so that a search does not delay requests. Each
 * history is checked once; the result is cached.
 */
export function linearizabilityChecker(workerFile: URL) {
  const answers = new LRUCache<string, Promise<Explained>>({ max: KEPT });
  const waiting = new Map<number, (reply: Explained) => void>();
  let worker: Worker | undefined;
  let asked = 0;

  function start(): Worker {
    const started = new Worker(workerFile);
    started.unref();
    started.on("message", ({ id, verdict, reason, counterexample }: Reply) => {
      waiting.get(id)?.({
        linearizable: verdict === "unknown" ? "unknown" : verdict === "linearizable",
        unknownBecause: reason ?? null,
        counterexample: counterexample ?? null,
      });
    });
    started.on("error", () => end(started, "The history check failed."));
    return started;
  }

  function end(ended: Worker | undefined, why: string): void {
    if (!ended || ended !== worker) return;
    worker = undefined;
    for (const answer of waiting.values()) answer(unknown(why));
    void ended.terminate();
  }

  function ask(question: Omit<Question, "id">): Promise<Explained> {
    asked += 1;
    const id = asked;
    worker ??= start();
    const asking = worker;
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => end(asking, "The history check took too long."), PATIENCE_MS);
      giveUp.unref();
      waiting.set(id, (answer) => {
        clearTimeout(giveUp);
        waiting.delete(id);
        resolve(answer);
      });
      asking.postMessage({ id, ...question } satisfies Question);
    });
  }

  return {
    check({ id, sku, initialStock }: LabRun, events: readonly RunEvent[]): Promise<Explained> {
      const key = `${id} ${events.length}`;
      const answer = answers.get(key) ?? ask({ events, sku, stock: initialStock });
      answers.set(key, answer);
      return answer;
    },
    close: () => end(worker, "The replica is stopping."),
  };
}
