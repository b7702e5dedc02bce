import { useSyncExternalStore } from "react";
import { browserStorage } from "../browser-storage.ts";
import {
  CART_LINES_MAX,
  type CartState,
  type Fate,
  type Intent,
  nextIntent,
  parseCart,
  quantityOf,
  withAnswer,
  withLines,
  withSent,
} from "./cart-state.ts";

const KEY = "last-unit-cart";
const listeners = new Set<() => void>();
let text: string | null = null;
let state = parseCart(text);

/** What is stored now: another tab may have changed it before its event arrived here. */
function current(): CartState {
  const stored = browserStorage.get("localStorage", KEY);
  if (stored !== text) {
    text = stored;
    state = parseCart(stored);
  }
  return state;
}

function update(next: CartState): void {
  state = next;
  text = JSON.stringify(next);
  browserStorage.set("localStorage", KEY, text);
  for (const listener of listeners) listener();
}

// Another tab changed the cart, or cleared the whole storage: then the event's key is null.
window.addEventListener("storage", (event) => {
  if (event.key !== KEY && event.key !== null) return;
  for (const listener of listeners) listener();
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useCart = (): CartState => useSyncExternalStore(subscribe, current);

const setLines = (change: (lines: CartState["lines"]) => CartState["lines"]) => {
  const cart = current();
  update(withLines(cart, change(cart.lines), randomKey()));
};

export const cart = {
  /** False when the cart has no room for another line. */
  add(sku: string, quantity: number): boolean {
    const { lines } = current();
    const present = quantityOf(lines, sku);
    if (present === 0 && lines.length >= CART_LINES_MAX) return false;
    if (present > 0) cart.setQuantity(sku, present + quantity);
    else setLines((before) => [...before, { sku, quantity }]);
    return true;
  },

  setQuantity: (sku: string, quantity: number) =>
    setLines((lines) => lines.map((line) => (line.sku === sku ? { sku, quantity } : line))),

  remove: (sku: string) => setLines((lines) => lines.filter((line) => line.sku !== sku)),

  /** Sets all these quantities; 0 removes the line. */
  correct: (quantities: ReadonlyMap<string, number>) =>
    setLines((lines) =>
      lines
        .map(({ sku, quantity }) => ({ sku, quantity: quantities.get(sku) ?? quantity }))
        .filter(({ quantity }) => quantity > 0),
    ),

  /**
   * Notes that the order of the cart that is `shown` is being sent, and says whether it was sent before without an
   * answer. Undefined, and nothing is noted, when another tab has changed the cart: the buyer has not seen that cart.
   */
  send(shown: CartState): { intent: Intent; repeated: boolean } | undefined {
    const cart = current();
    const intent = nextIntent(cart);
    if (intent.key !== nextIntent(shown).key) return undefined;
    update(withSent(cart));
    return { intent, repeated: cart.unanswered !== undefined };
  },

  answered: (key: string, fate: Fate) => update(withAnswer(current(), key, fate, randomKey())),
};

/** `crypto.randomUUID` exists only over HTTPS or on localhost; a workshop's machine may be reached by its address. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
