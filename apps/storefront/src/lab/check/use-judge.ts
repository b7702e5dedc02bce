import { useCallback, useEffect, useRef, useState } from "react";
import type { News, Task, Told } from "./judge.worker.ts";

export type Judging =
  | { state: "idle" }
  | { state: "judging"; events: number }
  | { state: "told"; told: Told }
  | { state: "fault"; sentence: string };

/**
 * Judges files in a worker of this tab: no byte of them leaves it. The worker is there as soon as the page is, so nothing
 * is fetched when a file is dropped.
 */
export function useJudge() {
  const [judging, setJudging] = useState<Judging>({ state: "idle" });
  const worker = useRef<Worker>(undefined);

  const start = useCallback(() => {
    const own = new Worker(new URL("./judge.worker.ts", import.meta.url), { type: "module" });
    worker.current = own;
    own.onmessage = ({ data }: MessageEvent<News>) => {
      if (worker.current !== own) return;
      if (data.kind === "progress") setJudging({ state: "judging", events: data.events });
      else if (data.kind === "told") setJudging({ state: "told", told: data.told });
      else setJudging({ state: "fault", sentence: data.sentence });
    };
    own.onerror = () => {
      if (worker.current === own) setJudging({ state: "fault", sentence: "The judge broke down over this file." });
    };
  }, []);
  useEffect(() => {
    start();
    return () => worker.current?.terminate();
  }, [start]);

  /** A search cannot be interrupted from outside: its worker ends, and another one takes its place. */
  const cancel = useCallback(() => {
    worker.current?.terminate();
    start();
    setJudging({ state: "idle" });
  }, [start]);
  const judge = useCallback((task: Task) => {
    setJudging({ state: "judging", events: 0 });
    worker.current?.postMessage(task);
  }, []);
  const forget = useCallback(() => setJudging({ state: "idle" }), []);
  return { judging, judge, cancel, forget };
}
