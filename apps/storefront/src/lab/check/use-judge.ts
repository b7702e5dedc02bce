import { useCallback, useEffect, useRef, useState } from "react";
import type { News, Task, Told } from "./judge.worker.ts";

export type Judging =
  | { state: "idle" }
  | { state: "judging"; events: number }
  | { state: "told"; told: Told }
  | { state: "fault"; sentence: string };

/** Judges files in a worker of this tab: no byte of them leaves it. */
export function useJudge() {
  const [judging, setJudging] = useState<Judging>({ state: "idle" });
  const worker = useRef<Worker>(undefined);

  const cancel = useCallback(() => {
    worker.current?.terminate();
    worker.current = undefined;
    setJudging({ state: "idle" });
  }, []);
  useEffect(() => () => worker.current?.terminate(), []);

  const judge = useCallback(
    (task: Task) => {
      cancel();
      const own = new Worker(new URL("./judge.worker.ts", import.meta.url), { type: "module" });
      worker.current = own;
      setJudging({ state: "judging", events: 0 });
      own.onmessage = ({ data }: MessageEvent<News>) => {
        if (worker.current !== own) return;
        if (data.kind === "progress") setJudging({ state: "judging", events: data.events });
        else if (data.kind === "told") setJudging({ state: "told", told: data.told });
        else setJudging({ state: "fault", sentence: data.sentence });
      };
      own.onerror = () => {
        if (worker.current === own) setJudging({ state: "fault", sentence: "The judge broke down over this file." });
      };
      own.postMessage(task);
    },
    [cancel],
  );
  return { judging, judge, cancel };
}
