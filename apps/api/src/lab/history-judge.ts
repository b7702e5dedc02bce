import { Worker } from "node:worker_threads";
import type { LabRun } from "@last-unit/prisma";
import { LRUCache } from "lru-cache";
import type { RunEvent } from "./history.ts";
import type { Question } from "./judge-worker.ts";

/** Whether there is an order of events that a correct shop could have had. */
export interface Explained {
  linearizable: boolean | "unknown";
  unknownBecause: string | null;
  /** The shortest piece of the history for which there is none. `svg` is a whole document. */
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
 * Judges runs' histories in a thread of its own, one after another: a search must not keep buyers waiting. Every viewer of
 * a run gets the same answer, which is worked out once.
 */
export function historyJudge(workerFile: URL) {
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
    started.on("error", () => end(started, "The judge broke down over this history."));
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
      const giveUp = setTimeout(() => end(asking, "The judge took too long."), PATIENCE_MS);
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
    judge({ id, sku, initialStock }: LabRun, events: readonly RunEvent[]): Promise<Explained> {
      const key = `${id} ${events.length}`;
      const answer = answers.get(key) ?? ask({ events, sku, stock: initialStock });
      answers.set(key, answer);
      return answer;
    },
    close: () => end(worker, "The replica is stopping."),
  };
}
