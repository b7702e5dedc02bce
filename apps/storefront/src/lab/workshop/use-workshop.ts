import { useCallback, useEffect, useState } from "react";
import type { ToldOrder } from "../counterexample/steps.ts";
import { askStack, linesOf } from "../stack/stack-client.ts";

export type Verdict = "correct" | "wrong" | "cannot be judged";

export interface Result {
  verdict: Verdict;
  seconds: number;
  /** ISO 8601. */
  at: string;
  explored: { scenario: string; orders: number; extent: string }[];
  reason?: { message: string; next: string };
  failure?: Omit<ToldOrder, "processes"> & { scenario: string; reference: string };
  processes?: ToldOrder["processes"];
}

export interface Exercise {
  number: string;
  title: string;
  /** Markdown. */
  task: string;
  hints: string[];
  hintCount: number;
  explanation?: string;
  /** Absolute path of what the learner edits. */
  file: string;
  code: string;
  start: string;
  result?: Result;
}

/** What `npm run workshop` shows. */
export interface Workshop {
  exercises: { number: string; title: string; hasPassed: boolean; verdict?: Verdict }[];
  grading?: { scenario: string; orders: number };
  exercise: Exercise;
}

const AGAIN_MS = 2_000;

/** Follows the workshop's session, which the terminal shows as well. Asks again when it is not there. */
export function useWorkshop() {
  const [workshop, setWorkshop] = useState<Workshop>();
  const [error, setError] = useState<unknown>();

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function follow() {
      try {
        const response = await askStack("/workshop/events", { signal: abort.signal });
        for await (const state of linesOf<Workshop>(response)) {
          setError(undefined);
          setWorkshop(state);
        }
      } catch (reason) {
        if (!abort.signal.aborted) setError(reason);
      }
      if (!abort.signal.aborted) timer = setTimeout(follow, AGAIN_MS);
    }
    void follow();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, []);

  /** Does what a key does in the terminal. */
  const act = useCallback(async (action: string) => {
    await askStack(`/workshop/${action}`, { method: "POST" }).catch(setError);
  }, []);
  return { workshop, error, act };
}
