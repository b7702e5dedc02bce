import { useCallback, useEffect, useRef, useState } from "react";
import type { News, Task, Told } from "./check.worker.ts";

export type Checking =
  | { state: "idle" }
  | { state: "checking"; events: number }
  | { state: "told"; told: Told }
  | { state: "fault"; sentence: string };

/**
 * Checks files in a worker of this tab: no byte of them leaves it. The worker starts with the page, so nothing is fetched
 * when a file is dropped.
 */
export function useChecker() {
  const [checking, setChecking] = useState<Checking>({ state: "idle" });
  const worker = useRef<Worker>(undefined);
  const busy = useRef(false);

  const start = useCallback(() => {
    const own = new Worker(new URL("./check.worker.ts", import.meta.url), { type: "module" });
    worker.current = own;
    busy.current = false;
    own.onmessage = ({ data }: MessageEvent<News>) => {
      if (worker.current !== own) return;
      busy.current = data.kind === "progress";
      if (data.kind === "progress") setChecking({ state: "checking", events: data.events });
      else if (data.kind === "told") setChecking({ state: "told", told: data.told });
      else setChecking({ state: "fault", sentence: data.sentence });
    };
    own.onerror = () => {
      // It stays busy, so that the next file gets another worker.
      if (worker.current !== own) return;
      setChecking({
        state: "fault",
        sentence: "The check failed on this file. It may be too large for a browser: use npm run check-history.",
      });
    };
  }, []);
  useEffect(() => {
    start();
    return () => worker.current?.terminate();
  }, [start]);

  /**
   * Discards the check. A search cannot be interrupted from outside, so its worker is terminated and replaced.
   */
  const forget = useCallback(() => {
    if (busy.current) {
      worker.current?.terminate();
      start();
    }
    setChecking({ state: "idle" });
  }, [start]);
  /** One file at a time: a check that is still running is discarded. */
  const check = useCallback(
    (task: Task) => {
      forget();
      busy.current = true;
      setChecking({ state: "checking", events: 0 });
      worker.current?.postMessage(task);
    },
    [forget],
  );
  return { checking, check, forget };
}
