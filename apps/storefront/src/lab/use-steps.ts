import { useCallback, useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { onStage } from "./stage.ts";

const STEP_MS = 1_800;

interface StepKeys {
  /** Whether the keys step now. */
  active?: boolean;
  /** Whether the space bar steps on, as the arrow keys do. */
  space?: boolean;
}

/**
 * Which step is shown, from 0 (nothing has happened yet) to `count`. The address carries it, so a link leads to a step. On a
 * stage the page keys step too: a presenter's remote sends them.
 */
export function useSteps(count: number, { active = true, space = true }: StepKeys = {}) {
  const [params, setParams] = useSearchParams();
  const [playing, setPlaying] = useState(false);
  const step = Math.min(count, Math.max(0, Math.floor(Number(params.get("step") ?? 0)) || 0));

  const goTo = useCallback(
    (wanted: number) => {
      const next = Math.min(count, Math.max(0, wanted));
      setParams(
        (before) => {
          if (next === 0) before.delete("step");
          else before.set("step", String(next));
          return before;
        },
        { replace: true, preventScrollReset: true },
      );
    },
    [count, setParams],
  );
  const next = useCallback(() => goTo(step + 1), [goTo, step]);
  const back = useCallback(() => {
    setPlaying(false);
    goTo(step - 1);
  }, [goTo, step]);

  useEffect(() => {
    if (!playing) return;
    if (step >= count) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(next, STEP_MS);
    return () => clearTimeout(timer);
  }, [playing, step, count, next]);

  useEffect(() => {
    if (!active) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const onControl = event.target instanceof Element && event.target.closest("a, button, input, select, textarea");
      const isSlider = event.target instanceof Element && event.target.matches("input");
      const isRemote = (key: string) => event.key === key && onStage();
      if (isSlider) return;
      if (event.key === "ArrowRight" || isRemote("PageDown") || (space && event.key === " " && !onControl)) {
        event.preventDefault();
        setPlaying(false);
        next();
      }
      if (event.key === "ArrowLeft" || isRemote("PageUp")) {
        event.preventDefault();
        back();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [active, space, next, back]);

  const play = useCallback(() => {
    if (step >= count) goTo(0);
    setPlaying((before) => !before);
  }, [step, count, goTo]);
  return { step, playing, goTo, next, back, play };
}
