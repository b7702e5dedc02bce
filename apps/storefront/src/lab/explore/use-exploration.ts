import { useCallback, useEffect, useRef, useState } from "react";
import type { ToldOrder } from "../counterexample/steps.ts";
import { askStack, linesOf } from "../stack/stack-client.ts";

/** What is explored. */
export interface Wanted {
  strategy: string;
  scenario: string;
  fault?: string;
  /** Replays exactly this order. */
  schedule?: string;
}

export interface Progress {
  /** A letter for each order: `.` right, `x` wrong. */
  cells: string;
  orders: number;
  wrong: number;
  preemptions: number;
  seconds: number;
}

export interface Exploration {
  state: "idle" | "preparing" | "running" | "stopping" | "done" | "failed";
  wanted?: Wanted;
  progress: Progress;
  /** The smallest wrong order, or the one that was replayed. */
  found?: ToldOrder;
  /** In a few words, how far was explored. */
  extent?: string;
  error?: unknown;
  /** Why it failed after it had begun. */
  detail?: string;
}

type Line =
  | { type: "preparing" }
  | ({ type: "orders" } & Progress)
  | ({ type: "found" } & ToldOrder)
  | { type: "done"; extent?: string }
  | { type: "failed"; detail: string };

const none: Progress = { cells: "", orders: 0, wrong: 0, preemptions: 0, seconds: 0 };
const idle: Exploration = { state: "idle", progress: none };

function after(before: Exploration, line: Line): Exploration {
  switch (line.type) {
    case "orders": {
      const { type: _, ...progress } = line;
      const state = before.state === "stopping" ? "stopping" : "running";
      return { ...before, state, progress: { ...progress, cells: before.progress.cells + line.cells } };
    }
    case "found": {
      const { type: _, ...found } = line;
      return { ...before, found };
    }
    case "done":
      return { ...before, state: "done", extent: line.extent };
    case "failed":
      return { ...before, state: "failed", detail: line.detail };
    default:
      return before;
  }
}

/** Runs one exploration at a time. It ends with the page. */
export function useExploration() {
  const [exploration, setExploration] = useState(idle);
  const running = useRef<AbortController>(undefined);

  const run = useCallback(async (wanted: Wanted) => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    const change = (next: (before: Exploration) => Exploration) => {
      if (!abort.signal.aborted) setExploration(next);
    };
    change(() => ({ ...idle, state: "preparing", wanted }));
    try {
      const response = await askStack("/explore", { method: "POST", json: wanted, signal: abort.signal });
      for await (const line of linesOf<Line>(response)) change((before) => after(before, line));
      // The last line says how it ended, unless the process has died.
      const detail = "The exploration broke off. The terminal of npm start says why.";
      change((before) =>
        before.state === "done" || before.state === "failed" ? before : { ...before, state: "failed", detail },
      );
    } catch (error) {
      change((before) => ({ ...before, state: "failed", error }));
    }
  }, []);

  /** It tells what it has found so far, and ends. */
  const stop = useCallback(async () => {
    setExploration((before) => ({ ...before, state: "stopping" }));
    await askStack("/explore", { method: "DELETE" }).catch(() => running.current?.abort());
  }, []);

  useEffect(() => () => running.current?.abort(), []);
  return { exploration, run, stop };
}
