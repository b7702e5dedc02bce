import type { CartLine } from "../api/place-order.ts";

const KEY = "last-unit-intent";

/**
 * The idempotency key of the intent to buy this very cart: the same one until it is forgotten, even after a reload, so
 * that an order whose answer got lost is found again and not placed twice.
 */
export function intentKey(items: readonly CartLine[]): string {
  const cart = JSON.stringify(items);
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    if (stored?.cart === cart && typeof stored.key === "string") return stored.key;
  } catch {
    // Not ours: replaced below.
  }
  const key = randomKey();
  sessionStorage.setItem(KEY, JSON.stringify({ cart, key }));
  return key;
}

export const forgetIntent = () => sessionStorage.removeItem(KEY);

/** `crypto.randomUUID` exists only over HTTPS or on localhost; a workshop's machine may be reached by its address. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
