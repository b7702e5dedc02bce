import { useCallback, useEffect } from "react";
import { useSearchParams } from "react-router";
import { useShortcut } from "../layout/shortcut.ts";
import "./stage.css";

export const onStage = (): boolean => document.documentElement.hasAttribute("data-stage");

/** For an audience, `?stage` hides everything but the page and enlarges it. The key F switches it, Esc ends it. */
export function useStage(): void {
  const [params, setParams] = useSearchParams();
  const on = params.has("stage");
  useEffect(() => {
    document.documentElement.toggleAttribute("data-stage", on);
    return () => document.documentElement.removeAttribute("data-stage");
  }, [on]);
  const set = useCallback(
    (next: boolean) =>
      setParams(
        (before) => {
          if (next) before.set("stage", "");
          else before.delete("stage");
          return before;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setParams],
  );
  const toggle = useCallback(() => set(!on), [set, on]);
  const leave = useCallback(() => {
    // The first Esc closes what is open on the page.
    if (on && !document.querySelector(":popover-open")) set(false);
  }, [set, on]);
  useShortcut("f", toggle);
  useShortcut("escape", leave);
}
