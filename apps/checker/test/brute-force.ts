import type { Operation } from "../src/history/operation.ts";
import type { AnyModel } from "../src/models/model.ts";
import { OwnUnits } from "../src/models/own-units.ts";
import { type StockCall, stockCall } from "../src/models/stock-call.ts";

/** An object in one state. `apply` gives the object after the operation, or `undefined` where it cannot answer that. */
export interface Naive {
  apply(index: number): Naive | undefined;
}

/**
 * Tries every order of the answered operations and of every choice of the unanswered ones. No memory, no shortcut, no part:
 * so simple that it can only be right.
 */
export function bruteForce(operations: readonly Operation[], start: Naive): boolean {
  const precedes = (a: number, b: number) => {
    const [one, other] = [operations[a] as Operation, operations[b] as Operation];
    return one.answeredAt < other.calledAt || (one.process === other.process && a < b);
  };
  const go = (left: readonly number[], object: Naive): boolean => {
    if (left.every((index) => operations[index]?.type === "info")) return true;
    return left.some((index) => {
      if (left.some((other) => other !== index && precedes(other, index))) return false;
      const next = object.apply(index);
      return (
        next !== undefined &&
        go(
          left.filter((other) => other !== index),
          next,
        )
      );
    });
  };
  return go([...operations.keys()], start);
}

/** An object that follows a model's steps, all keys of a history in one. */
export function naiveObject(operations: readonly Operation[], model: AnyModel): Naive {
  const calls = operations.map((operation) => model.interpret(operation));
  const at = (states: ReadonlyMap<string, unknown>): Naive => ({
    apply: (index) => {
      const [key] = model.keys(calls[index]) as [string];
      const next = model.step(states.get(key) ?? model.start([key], calls), calls[index]);
      return next === undefined ? undefined : at(new Map([...states, [key, next]]));
    },
  });
  return at(new Map());
}

interface Shelf {
  readonly stock: number;
  /** The units that are known to be out. */
  readonly out: ReadonlySet<number>;
}

/** A stock in the plainest words, of its own, apart from the model under test. */
export function naiveStock(operations: readonly Operation[], initial: Readonly<Record<string, number>>): Naive {
  const own = new OwnUnits();
  const calls = operations.map((operation) => own.name(stockCall(operation)));
  const at = (shelves: Readonly<Record<string, Shelf>>): Naive => ({
    apply: (index) => {
      const next = applied(shelves, calls[index] as StockCall, initial);
      return next && at(next);
    },
  });
  return at(
    Object.fromEntries(Object.entries(initial).map(([sku, stock]) => [sku, { stock, out: new Set<number>() }])),
  );
}

function applied(
  shelves: Readonly<Record<string, Shelf>>,
  call: StockCall,
  editions: Readonly<Record<string, number>>,
) {
  const { kind, lines } = call;
  if (kind === "unheard-read") return shelves;
  if (kind === "read") return lines.every(({ sku }) => shelves[sku]?.stock === call.stock) ? shelves : undefined;
  if (kind === "sold-out")
    return lines.some(({ sku, quantity }) => (shelves[sku]?.stock ?? 0) < quantity) ? shelves : undefined;
  const next = { ...shelves };
  for (const { sku, quantity, units } of lines) {
    const { stock, out } = next[sku] as Shelf;
    const edition = editions[sku] as number;
    if (kind === "reserve") {
      const isFree = (unit: number) => unit >= 1 && unit <= edition && !out.has(unit);
      if (stock < quantity || !(units ?? []).every(isFree) || new Set(units).size !== (units ?? []).length)
        return undefined;
      next[sku] = { stock: stock - quantity, out: new Set([...out, ...(units ?? [])]) };
      continue;
    }
    // An unnamed give-back may return any unit, so none is known to be out any longer.
    const left = units ? new Set([...out].filter((unit) => !units.includes(unit))) : new Set<number>();
    if (stock + quantity + left.size > edition) return undefined;
    next[sku] = { stock: stock + quantity, out: left };
  }
  return next;
}
