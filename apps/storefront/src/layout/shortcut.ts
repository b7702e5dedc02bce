import { useEffect } from "react";

const typing = "input:not([type=radio], [type=range]), textarea, select, [contenteditable]";

/** Calls `act` when the key is pressed anywhere but in a field that takes text. */
export function useShortcut(key: string, act: (event: KeyboardEvent) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== key || event.repeat || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.defaultPrevented || (event.target instanceof Element && event.target.closest(typing))) return;
      act(event);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [key, act]);
}
