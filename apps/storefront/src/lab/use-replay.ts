import { useReducedMotion } from "@mantine/hooks";
import { useCallback, useEffect, useState } from "react";

const REPLAY_MS = 8_000;
const STEP_MS = 1_000;

/**
 * Plays a race again at a speed for eyes. `atMs` is the moment of the race that is shown, absent when it is not playing.
 * With reduced motion it goes in eight still steps.
 */
export function useReplay(durationMs: number): { atMs?: number; toggle: () => void } {
  const reduced = useReducedMotion();
  const [atMs, setAtMs] = useState<number>();
  const playing = atMs !== undefined;
  useEffect(() => {
    if (!playing) return;
    const began = performance.now();
    const timer = setInterval(
      () => {
        const passed = performance.now() - began;
        setAtMs(passed >= REPLAY_MS ? undefined : (passed / REPLAY_MS) * durationMs);
      },
      reduced ? STEP_MS : 33,
    );
    return () => clearInterval(timer);
  }, [playing, durationMs, reduced]);
  const toggle = useCallback(() => setAtMs((before) => (before === undefined ? 0 : undefined)), []);
  return { atMs, toggle };
}
