import { useCallback, useEffect, useSyncExternalStore } from "react";
import { browserStorage } from "../browser-storage.ts";

type Scheme = "light" | "dark";

/** Also read by public/color-scheme.js, before the first paint. */
const KEY = "last-unit-colours";
const system = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function current(): Scheme {
  const chosen = browserStorage.get("localStorage", KEY);
  if (chosen === "dark" || chosen === "light") return chosen;
  return system.matches ? "dark" : "light";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  system.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
  };
}

/** The colours: the system's, until somebody chooses; then they are remembered. */
export function useColourScheme(): [Scheme, (next: Scheme) => void] {
  const scheme = useSyncExternalStore(subscribe, current);
  useEffect(() => document.documentElement.setAttribute("data-color-scheme", scheme), [scheme]);
  const choose = useCallback((next: Scheme) => {
    browserStorage.set("localStorage", KEY, next);
    for (const listener of listeners) listener();
  }, []);
  return [scheme, choose];
}
