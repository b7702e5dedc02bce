import { LINE_QUANTITY_MAX } from "../cart/cart-state.ts";

export interface Availability {
  /** The most that the line may ask for. */
  max: number;
  /** What of the line's quantity can be had. */
  available: number;
  problem?: "sold-out" | "too-many";
}

/** What can be had of a line, given the product's stock. An unknown stock limits nothing: the shop decides. */
export function availabilityOf(quantity: number, stock = Number.POSITIVE_INFINITY): Availability {
  const max = Math.max(0, Math.min(stock, LINE_QUANTITY_MAX));
  const available = Math.min(quantity, max);
  if (available === quantity) return { max, available };
  return { max, available, problem: max === 0 ? "sold-out" : "too-many" };
}

/** The quantity that was typed, brought into 1 to `max`. Undefined for what is no whole number. */
export function typedQuantity(text: string, max: number): number | undefined {
  if (!/^\d+$/.test(text.trim())) return undefined;
  return Math.max(1, Math.min(Number(text), max));
}
