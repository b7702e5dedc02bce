import type { StockCall, StockLine } from "./stock-call.ts";

interface Order {
  readonly quantity: number;
  readonly units?: readonly number[];
}

/**
 * A buyer gives back what that buyer reserved. Where a give-back does not say which units come back, and the same process
 * holds exactly one order of that size, or exactly that many units in all, they are those. Everything else stays unnamed.
 */
export class OwnUnits {
  readonly #held = new Map<string, Order[]>();

  /** The call, with units where they can be told. Calls are given in their order. O(orders that the process holds). */
  name(call: StockCall): StockCall {
    if (call.kind === "reserve" && call.operation.type === "ok") {
      for (const line of call.lines) this.#ordersOf(call, line).push(line);
    }
    if (call.kind !== "give-back") return call;
    return { ...call, lines: call.lines.map((line) => named(line, this.#ordersOf(call, line))) };
  }

  #ordersOf({ operation }: StockCall, { sku }: StockLine): Order[] {
    const key = `${operation.process} ${sku}`;
    const orders = this.#held.get(key) ?? [];
    this.#held.set(key, orders);
    return orders;
  }
}

function named(line: StockLine, orders: Order[]): StockLine {
  const chosen = line.units ? orders.filter(({ units }) => sameUnits(units, line.units)) : fitting(line, orders);
  if (chosen.length === 0) {
    // Nobody can tell any longer what is left of this process's orders.
    orders.length = 0;
    return line;
  }
  for (const order of chosen) orders.splice(orders.indexOf(order), 1);
  if (line.units || chosen.some(({ units }) => !units)) return line;
  return { ...line, units: chosen.flatMap(({ units }) => units ?? []) };
}

function fitting({ quantity }: StockLine, orders: readonly Order[]): Order[] {
  const sameSize = orders.filter((order) => order.quantity === quantity);
  if (sameSize.length === 1) return sameSize;
  const all = orders.reduce((sum, order) => sum + order.quantity, 0);
  return all === quantity ? [...orders] : [];
}

function sameUnits(one: readonly number[] | undefined, other: readonly number[] | undefined): boolean {
  return one !== undefined && other !== undefined && one.length === other.length && one.every((n) => other.includes(n));
}
