import { useSyncExternalStore } from "react";

/** `localStorage` is shared by all tabs, `sessionStorage` is one tab's. */
type Kind = "localStorage" | "sessionStorage";

/** What the browser refused to store, because its storage is full or blocked: kept until the page is reloaded or closed. */
const memory = new Map<string, string>();
const listeners = new Set<() => void>();

/** Reads and writes texts in the browser's storage, with memory as the fallback. Never throws. */
export const browserStorage = {
  get(kind: Kind, key: string): string | null {
    const kept = memory.get(`${kind} ${key}`);
    if (kept !== undefined) return kept;
    try {
      return window[kind].getItem(key);
    } catch {
      return null;
    }
  },

  set(kind: Kind, key: string, value: string): void {
    try {
      window[kind].setItem(key, value);
      memory.delete(`${kind} ${key}`);
    } catch {
      memory.set(`${kind} ${key}`, value);
    }
    for (const listener of listeners) listener();
  },
};

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether something is kept in memory only. */
export const useMemoryOnly = (): boolean => useSyncExternalStore(subscribe, () => memory.size > 0);
