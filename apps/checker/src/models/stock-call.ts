import { HistoryError } from "../history/history-error.ts";
import type { Operation } from "../history/operation.ts";
import { unknownOperation, Value } from "./values.ts";

/** What a call does to one SKU. */
export interface StockLine {
  readonly sku: string;
  readonly quantity: number;
  /** The unit numbers that were taken or given back, where they are known. */
  readonly units?: readonly number[];
}

/** What an operation on a stock means. `unheard`: nobody knows its answer. */
export interface StockCall {
  readonly kind: "reserve" | "sold-out" | "give-back" | "read" | "unheard-read";
  readonly lines: readonly StockLine[];
  /** The answer of a read. */
  readonly stock?: number;
  readonly operation: Operation;
}

const known = ["reserve", "give-back", "read"];

/** Reads an operation. A reserve without an answer is one that took its units, if it happened. O(lines). @throws HistoryError */
export function stockCall(operation: Operation): StockCall {
  const { f, type } = operation;
  const value = Value.ofCall(operation);
  if (f === "read") {
    const lines = [{ sku: value.get("sku").text(), quantity: 0 }];
    if (type === "info") return { kind: "unheard-read", lines, operation };
    return { kind: "read", lines, stock: Value.ofAnswer(operation).get("stock").integer(), operation };
  }
  if (f !== "reserve" && f !== "give-back") unknownOperation(operation, "stock", known);
  const lines = linesOf(value);
  if (f === "give-back" || type === "info") return { kind: f, lines, operation };

  const answer = Value.ofAnswer(operation);
  const outcome = answer.get("outcome");
  if (outcome.raw === "sold-out") return { kind: "sold-out", lines, operation };
  if (outcome.raw !== "reserved") throw outcome.expected('"reserved" or "sold-out"');
  return { kind: "reserve", lines: withUnits(lines, answer), operation };
}

/** The lines of a cart, summed for each SKU, so that no SKU is there twice. */
function linesOf(value: Value): StockLine[] {
  const listed = value.get("lines");
  const lines = listed.isAbsent ? [lineOf(value)] : listed.list().map(lineOf);
  if (lines.length === 0) throw listed.expected("at least one line");
  return summed(lines);
}

function lineOf(value: Value): StockLine {
  const sku = value.get("sku").text();
  const quantity = value.get("quantity").integer(1);
  const units = value.get("units");
  return units.isAbsent ? { sku, quantity } : { sku, quantity, units: unitsOf(units, quantity) };
}

function summed(lines: readonly StockLine[]): StockLine[] {
  const bySku = new Map<string, StockLine>();
  for (const line of lines) {
    const other = bySku.get(line.sku);
    bySku.set(line.sku, other ? add(other, line) : line);
  }
  return [...bySku.values()];
}

function add(one: StockLine, other: StockLine): StockLine {
  const { sku } = one;
  const quantity = one.quantity + other.quantity;
  return one.units && other.units ? { sku, quantity, units: [...one.units, ...other.units] } : { sku, quantity };
}

function withUnits(lines: readonly StockLine[], answer: Value): StockLine[] {
  const units = answer.get("units");
  const [only, ...others] = lines as [StockLine, ...StockLine[]];
  if (!units.isAbsent) {
    if (others.length > 0) throw units.expected("no such list for a cart of several SKUs, but units within lines");
    return [{ ...only, units: unitsOf(units, only.quantity) }];
  }
  const answered = answer.get("lines");
  if (answered.isAbsent) return [...lines];
  const bySku = new Map(summed(answered.list().map(lineOf)).map((line) => [line.sku, line]));
  return lines.map((line) => {
    const found = bySku.get(line.sku);
    if (found && found.quantity !== line.quantity) {
      throw answered.expected(`a quantity of ${line.quantity} of "${line.sku}", as was called for,`);
    }
    return found?.units ? { ...line, units: found.units } : line;
  });
}

function unitsOf(value: Value, quantity: number): number[] {
  const units = value.list().map((unit) => unit.integer());
  if (units.length !== quantity) throw value.expected(`as many numbers as the quantity, ${quantity},`);
  return units;
}

/** That nobody said with how much of a SKU the history began. */
export function noInitialStock(sku: string, line?: number): HistoryError {
  const name = JSON.stringify(sku);
  return new HistoryError(
    `the initial stock of ${name} is not known; it was expected as ${sku}=1, or whatever it was`,
    line,
  );
}
