import type { StockCall, StockLine } from "./stock-call.ts";

/** So many bits of a number stay a small integer in every engine. */
export const bitsOfWord = 30;

/** The units that occur more than once. Nothing but its range can be wrong with a number that occurs once. */
export interface UnitNames {
  /** Words that the state needs for them, behind the stocks. */
  readonly words: number;
  /** The bit of a unit in the state, counted from the state's begin. */
  slotOf(sku: string, unit: number): number | undefined;
  slotsOf(sku: string): readonly number[];
}

/** Gives each unit that occurs more than once a bit behind the stocks. O(unit numbers in the calls). */
export function namedUnits(keys: readonly string[], calls: readonly StockCall[]): UnitNames {
  const counts = new Map<string, Map<number, number>>();
  for (const { sku, units = [] } of calls.flatMap(({ lines }) => lines)) {
    const ofSku = counts.get(sku) ?? new Map<number, number>();
    counts.set(sku, ofSku);
    for (const unit of units) ofSku.set(unit, (ofSku.get(unit) ?? 0) + 1);
  }
  const first = 2 * keys.length * bitsOfWord;
  let next = first;
  const slots = new Map<string, Map<number, number>>();
  for (const [sku, ofSku] of counts) {
    const repeated = [...ofSku].filter(([, count]) => count > 1);
    slots.set(sku, new Map(repeated.map(([unit]) => [unit, next++])));
  }
  const lists = new Map([...slots].map(([sku, ofSku]) => [sku, [...ofSku.values()]]));
  return {
    words: Math.ceil((next - first) / bitsOfWord),
    slotOf: (sku, unit) => slots.get(sku)?.get(unit),
    slotsOf: (sku) => lists.get(sku) ?? [],
  };
}

/**
 * Which calls can stand in for each other.
 *
 * Let a and b have the same effect, both open at some moment, a answered first. A linearization in which b precedes a
 * remains valid when the two are exchanged: a has been called, b is still before its answer, and all others see the same
 * stocks. With units that occur again, the others see the same units only if none of them that touches such a unit can come
 * in between: if the unit's calls do not overlap. So the search may always take the one answered first, and need not try the
 * others.
 *
 * Where units may be held by unnamed reservations, or come back unnamed, what is known of a unit depends on the order as
 * well; those calls are left alone. O(n log n).
 */
export function classesOf(
  calls: readonly StockCall[],
  units: UnitNames,
): { names: (string | undefined)[]; isOrderFree: boolean } {
  const lines = (kind: StockCall["kind"]) => calls.flatMap((call) => (call.kind === kind ? call.lines : []));
  const forgetful = new Set(lines("give-back").flatMap(({ sku, units: own }) => (own ? [] : sku)));
  const named = new Set(lines("give-back").flatMap(({ sku, units: own }) => (own ? sku : [])));
  const { alone, sure } = lookAtUnits(calls, units);
  const isTracked = ({ sku, units: own }: StockLine) => own?.some((unit) => units.slotOf(sku, unit) !== undefined);
  // Whether anybody will ask how many or which units are known to be out.
  const matters = (line: StockLine) => line.units !== undefined && (isTracked(line) || named.has(line.sku));

  const classes = calls.map((call): Class => {
    const { kind } = call;
    if (kind !== "reserve" && kind !== "give-back") return { isOrderFree: true };
    const isReserve = kind === "reserve";
    const known = call.lines.filter(matters);
    const isForgotten = known.some(({ sku }) => forgetful.has(sku));
    const isSure =
      isReserve || known.every((line) => sure.has(call) && line.units?.every((u) => units.slotOf(line.sku, u)));
    const isOrderFree = !isForgotten && isSure;
    if (!isOrderFree || (known.some(isTracked) && !alone.has(call))) return { isOrderFree };
    const parts = call.lines.map((line) => `${matters(line) ? "named" : "any"} ${line.quantity} ${line.sku}`);
    return { isOrderFree, name: [kind, ...parts.sort()].join("\n") };
  });
  return { names: classes.map(({ name }) => name), isOrderFree: classes.every(({ isOrderFree }) => isOrderFree) };
}

interface Class {
  readonly name?: string;
  readonly isOrderFree: boolean;
}

/**
 * `alone`: none of the call's units is touched by a call that overlaps it. `sure`: a give-back that is alone, of units whose
 * last call before it was their reservation, so that they are known to be out.
 */
function lookAtUnits(calls: readonly StockCall[], units: UnitNames): { alone: Set<StockCall>; sure: Set<StockCall> } {
  const byUnit = new Map<number, StockCall[]>();
  for (const call of calls) {
    for (const { sku, units: own = [] } of call.lines) {
      for (const unit of own) {
        const slot = units.slotOf(sku, unit);
        if (slot === undefined) continue;
        const list = byUnit.get(slot) ?? [];
        byUnit.set(slot, list);
        list.push(call);
      }
    }
  }
  const alone = new Set([...byUnit.values()].flat());
  const sure = new Set(alone);
  for (const list of byUnit.values()) {
    list.sort((a, b) => a.operation.calledAt - b.operation.calledAt);
    let group: StockCall[] = [];
    let groupEnd = Number.NEGATIVE_INFINITY;
    let before: StockCall | undefined;
    for (const call of list) {
      if (call.operation.calledAt > groupEnd) group = [];
      group.push(call);
      groupEnd = Math.max(groupEnd, call.operation.answeredAt);
      if (group.length > 1) for (const other of group) alone.delete(other);
      if (before?.kind !== "reserve") sure.delete(call);
      before = call;
    }
  }
  for (const call of sure) if (!alone.has(call)) sure.delete(call);
  return { alone, sure };
}
