import type { CartLine } from "../api/place-order.ts";

export const CART_LINES_MAX = 20;
/** What the API takes of one product in one order. */
export const LINE_QUANTITY_MAX = 1_000;

/** Lines to order, and the idempotency key of that order. The key belongs to the lines: other lines, another key. */
export interface Intent {
  key: string;
  lines: readonly CartLine[];
}

/** What all tabs share. */
export interface CartState extends Intent {
  /** An order that was sent and whose answer is not known: it may have been placed. */
  unanswered?: Intent;
}

export const emptyCart: CartState = { key: "", lines: [] };

/** The cart in a stored text, or the empty cart if the text is none of ours. */
export function parseCart(text: string | null): CartState {
  try {
    const stored: unknown = JSON.parse(text ?? "null");
    if (!isIntent(stored)) return emptyCart;
    const { key, lines, unanswered } = stored as CartState;
    return isIntent(unanswered) ? { key, lines, unanswered } : { key, lines };
  } catch {
    return emptyCart;
  }
}

function isIntent(value: unknown): value is Intent {
  const { key, lines } = (value ?? {}) as Partial<Intent>;
  return (
    typeof key === "string" &&
    Array.isArray(lines) &&
    (key !== "" || lines.length === 0) &&
    lines.every(
      (line) => typeof line?.sku === "string" && Number.isSafeInteger(line.quantity) && (line.quantity as number) > 0,
    )
  );
}

/** Other lines get the new key, unless they are the very lines whose order is unanswered: then that order is meant. */
export function withLines({ unanswered }: CartState, lines: readonly CartLine[], newKey: string): CartState {
  const key = unanswered && sameLines(unanswered.lines, lines) ? unanswered.key : newKey;
  return { ...(lines.length === 0 ? emptyCart : { key, lines }), ...(unanswered && { unanswered }) };
}

/** The order to send next: one that is unanswered comes first, so that its cart is never ordered twice. */
export const nextIntent = ({ key, lines, unanswered }: CartState): Intent => unanswered ?? { key, lines };

/** The cart was changed since the unanswered order was sent. */
export const asksForEarlierOrder = ({ key, unanswered }: CartState): boolean =>
  unanswered !== undefined && unanswered.key !== key;

/** Before an order is sent: its answer is not known yet. */
export const withSent = (state: CartState): CartState => ({ ...state, unanswered: nextIntent(state) });

/**
 * `ordered`: the lines are in an order. `refused`: there is no order, and the key is good for another try.
 * `ended`: the key belongs to an order that was cancelled or expired, or to another cart.
 */
export type Fate = "ordered" | "refused" | "ended";

/** Once the answer to the order with `key` is known. Nothing changes if another tab has dealt with that answer. */
export function withAnswer(state: CartState, key: string, fate: Fate, newKey: string): CartState {
  const { unanswered, ...cart } = state;
  if (unanswered?.key !== key) return state;
  if (fate === "refused") return cart;
  const left = fate === "ordered" ? withoutOrdered(cart.lines, unanswered.lines) : cart.lines;
  return withLines(cart, left, newKey);
}

/** Only what was ordered leaves the cart: what was added during the checkout stays. */
function withoutOrdered(lines: readonly CartLine[], ordered: readonly CartLine[]): CartLine[] {
  return lines
    .map(({ sku, quantity }) => ({ sku, quantity: quantity - quantityOf(ordered, sku) }))
    .filter(({ quantity }) => quantity > 0);
}

export const quantityOf = (lines: readonly CartLine[], sku: string): number =>
  lines.find((line) => line.sku === sku)?.quantity ?? 0;

const sameLines = (some: readonly CartLine[], others: readonly CartLine[]): boolean =>
  some.length === others.length && some.every(({ sku, quantity }) => quantityOf(others, sku) === quantity);
