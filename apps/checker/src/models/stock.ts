import { HistoryError } from "../history/history-error.ts";
import type { Model } from "./model.ts";
import { OwnUnits } from "./own-units.ts";
import { noInitialStock, type StockCall, type StockLine, stockCall } from "./stock-call.ts";
import { bitsOfWord, classesOf, namedUnits, type UnitNames } from "./stock-units.ts";

export interface StockOptions {
  /** What was there of each SKU before the first event. */
  readonly initial: Readonly<Record<string, number>>;
  /** How many units of a SKU exist, No. 1 to No. n; stock never exceeds it. The initial stock where absent. */
  readonly edition?: Readonly<Record<string, number>>;
}

/** A line whose SKU and units are places in the state. */
interface PlacedLine extends StockLine {
  readonly slot: number;
  readonly edition: number;
  /**
   * Where the state says whether a unit is known to be out, for the units that occur more than once: those of the line, or
   * all of the SKU where the line names none.
   */
  readonly unitSlots: readonly number[];
}

export interface PlacedCall extends StockCall {
  readonly lines: readonly PlacedLine[];
  /** Of one name: interchangeable. */
  readonly sameAs: string | undefined;
  readonly isOrderFree: boolean;
}

/**
 * For each SKU its stock and how many of its units are known to be out; then, for each unit that occurs more than once,
 * whether it is known to be out, thirty to a number.
 */
export type StockState = readonly number[];

/**
 * A bounded counter for each SKU: `reserve` takes n if there are n, `give-back` returns n, `read` returns the stock. A cart
 * of several lines is reserved as a whole, or is sold out because one of its lines is.
 *
 * Any unit may be sold that exists and is not known to be out. Which units an unnamed reservation holds is not tracked, and
 * an unnamed give-back makes every unit of its SKU one that may be back: so a wrong history may pass.
 *
 * @throws HistoryError from `start` where a SKU has no initial stock.
 */
export function stockModel({ initial, edition = {} }: StockOptions): Model<StockState, StockCall, PlacedCall> {
  checkCounts("initial", initial);
  checkCounts("edition", edition);
  const editionOf = (sku: string) => Math.max(edition[sku] ?? 0, initialOf(initial, sku));
  return {
    name: "stock",
    interpret: stockCall,
    keys: (call) => call.lines.map(({ sku }) => sku),

    prepare(keys, calls) {
      const own = new OwnUnits();
      const hasNumbers = calls.some(({ lines }) => lines.some(({ units }) => units !== undefined));
      const named = hasNumbers ? calls.map((call) => own.name(call)) : calls;
      const units = namedUnits(keys, named);
      const { names, isOrderFree } = classesOf(named, units);
      return named.map(({ kind, lines, stock, operation }, index) => ({
        kind,
        lines: lines.map((line) => placed(line, keys, editionOf(line.sku), units)),
        stock,
        operation,
        sameAs: names[index],
        isOrderFree,
      }));
    },

    start(keys, calls) {
      const units = namedUnits(keys, calls);
      const state = new Array<number>(2 * keys.length + units.words).fill(0);
      for (const [slot, sku] of keys.entries()) {
        const stock = initialOf(initial, sku);
        if (stock === undefined) throw noInitialStock(sku, firstLineOf(sku, calls));
        state[2 * slot] = stock;
      }
      return state;
    },

    step: (state, call) => {
      switch (call.kind) {
        case "reserve":
          return changed(state, call.lines, take);
        case "give-back":
          return changed(state, call.lines, putBack);
        case "sold-out":
          return call.lines.some(({ slot, quantity }) => stockAt(state, slot) < quantity) ? state : undefined;
        case "read":
          return call.lines.every(({ slot }) => stockAt(state, slot) === call.stock) ? state : undefined;
        case "unheard-read":
          return state;
      }
    },
    key: (state) => state.join(),
    isObserver: ({ kind }) => kind !== "reserve" && kind !== "give-back",
    isWithinReach,
    interchangeable: (calls) => calls.map(({ sameAs }) => sameAs),
    isOrderFree: (calls) => calls.every((call) => call.isOrderFree),
  };
}

/** `undefined` where the options do not name the SKU, whatever an object inherits. */
function initialOf(initial: StockOptions["initial"], sku: string): number {
  return (Object.hasOwn(initial, sku) ? initial[sku] : undefined) as number;
}

function stockAt(state: StockState, slot: number): number {
  return state[2 * slot] as number;
}

/** Looks only at what the open calls can add to and take from the stock, in all. */
function isWithinReach(state: StockState, call: PlacedCall, open: readonly PlacedCall[]): boolean {
  const { kind, stock } = call;
  const isPossible = ({ slot, quantity, edition }: PlacedLine): boolean => {
    let least = stockAt(state, slot);
    let most = least;
    for (const other of open) {
      if (other === call || (other.kind !== "reserve" && other.kind !== "give-back")) continue;
      for (const line of other.lines) {
        if (line.slot !== slot) continue;
        if (other.kind === "reserve") least -= line.quantity;
        else most += line.quantity;
      }
    }
    if (kind === "read") return least <= (stock as number) && (stock as number) <= most;
    if (kind === "sold-out") return least < quantity;
    return kind === "reserve" ? most >= quantity : least + quantity <= edition;
  };
  return kind === "sold-out" ? call.lines.some(isPossible) : call.lines.every(isPossible);
}

function changed(
  state: StockState,
  lines: readonly PlacedLine[],
  change: (next: number[], line: PlacedLine) => boolean,
): StockState | undefined {
  const next = state.slice();
  for (const line of lines) if (!change(next, line)) return undefined;
  return next;
}

/** Takes units that exist and are not known to be out. */
function take(next: number[], { slot, quantity, units = [], edition, unitSlots }: PlacedLine): boolean {
  const stock = stockAt(next, slot) - quantity;
  if (stock < 0) return false;
  next[2 * slot] = stock;
  next[2 * slot + 1] = (next[2 * slot + 1] as number) + units.length;
  for (const unit of units) if (unit < 1 || unit > edition) return false;
  if (units.length === 0) return true;
  for (const unitSlot of unitSlots) {
    if (isOut(next, unitSlot)) return false;
    setOut(next, unitSlot, true);
  }
  return true;
}

/** Returns units that are out: known ones, or such as nobody named. */
function putBack(next: number[], { slot, quantity, units, edition, unitSlots }: PlacedLine): boolean {
  const stock = stockAt(next, slot) + quantity;
  if (stock > edition) return false;
  next[2 * slot] = stock;
  if (!units) next[2 * slot + 1] = 0;
  for (const unitSlot of unitSlots) {
    if (units && isOut(next, unitSlot)) next[2 * slot + 1] = (next[2 * slot + 1] as number) - 1;
    setOut(next, unitSlot, false);
  }
  return stock + (next[2 * slot + 1] as number) <= edition;
}

function isOut(state: StockState, unitSlot: number): boolean {
  return (((state[Math.floor(unitSlot / bitsOfWord)] as number) >>> (unitSlot % bitsOfWord)) & 1) === 1;
}

function setOut(next: number[], unitSlot: number, out: boolean): void {
  const word = Math.floor(unitSlot / bitsOfWord);
  const bit = 1 << (unitSlot % bitsOfWord);
  next[word] = out ? (next[word] as number) | bit : (next[word] as number) & ~bit;
}

function placed(line: StockLine, keys: readonly string[], edition: number, names: UnitNames): PlacedLine {
  const { sku, quantity, units } = line;
  const unitSlots = units?.flatMap((unit) => names.slotOf(sku, unit) ?? []) ?? names.slotsOf(sku);
  return { sku, quantity, units, slot: keys.indexOf(sku), edition, unitSlots };
}

function firstLineOf(sku: string, calls: readonly StockCall[]): number | undefined {
  return calls.find(({ lines }) => lines.some((line) => line.sku === sku))?.operation.line;
}

function checkCounts(name: string, counts: Readonly<Record<string, number>>): void {
  for (const [sku, count] of Object.entries(counts)) {
    if (!Number.isInteger(count) || count < 0) {
      throw new HistoryError(`${name} of ${JSON.stringify(sku)} is ${count}; an integer of at least 0 was expected`);
    }
  }
}
