import { useSyncExternalStore } from "react";
import type { CartLine } from "./api/place-order.ts";

export const CART_LINES_MAX = 20;
const KEY = "last-unit-cart";
const listeners = new Set<() => void>();
let lines: readonly CartLine[] = load();

function load(): readonly CartLine[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    if (!Array.isArray(stored)) return [];
    return stored.filter(
      (line) => typeof line?.sku === "string" && Number.isInteger(line?.quantity) && line.quantity > 0,
    );
  } catch {
    return [];
  }
}

function save(next: readonly CartLine[]): void {
  lines = next;
  localStorage.setItem(KEY, JSON.stringify(next));
  for (const listener of listeners) listener();
}

// Another tab changed the cart.
window.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  lines = load();
  for (const listener of listeners) listener();
});

export function useCart(): readonly CartLine[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => lines,
  );
}

export const cart = {
  /** False when the cart has no room for another line. */
  add(sku: string, quantity: number): boolean {
    const present = lines.find((line) => line.sku === sku);
    if (!present && lines.length >= CART_LINES_MAX) return false;
    save(
      present
        ? lines.map((line) => (line === present ? { sku, quantity: line.quantity + quantity } : line))
        : [...lines, { sku, quantity }],
    );
    return true;
  },
  setQuantity: (sku: string, quantity: number) =>
    save(lines.map((line) => (line.sku === sku ? { sku, quantity } : line))),
  remove: (sku: string) => save(lines.filter((line) => line.sku !== sku)),
  clear: () => save([]),
};
