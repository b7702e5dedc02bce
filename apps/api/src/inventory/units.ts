/** A stock row, as a strategy reads it. */
export interface StockRow {
  readonly sku: string;
  readonly edition: number;
  readonly nextUnit: number;
  readonly returnedUnits: readonly number[];
  readonly stock: number;
  readonly version: number;
}

/** One change of one stock row, as the ledger records it. `delta` is negative for a sale. */
export interface StockChange {
  readonly sku: string;
  readonly delta: number;
  readonly unitNumbers: readonly number[];
  readonly stockBefore: number;
  readonly stockAfter: number;
  readonly version: number;
  /** The fencing token of the lease that protected the change, if the guard issues tokens. */
  readonly fencingToken?: bigint;
}

export interface NextRow {
  readonly row: StockRow;
  readonly change: StockChange;
}

/** The row after `quantity` units are taken, returned numbers first; `undefined` if the stock is too low. */
export function takeUnits(row: StockRow, quantity: number): NextRow | undefined {
  if (row.stock < quantity) return undefined;
  const again = row.returnedUnits.slice(0, quantity);
  const fresh = Array.from({ length: quantity - again.length }, (_, index) => row.nextUnit + index);
  return change(row, -quantity, [...again, ...fresh], {
    nextUnit: row.nextUnit + fresh.length,
    returnedUnits: row.returnedUnits.slice(again.length),
  });
}

/** The row after the units were returned. */
export function returnUnits(row: StockRow, unitNumbers: readonly number[]): NextRow {
  return change(row, unitNumbers.length, unitNumbers, {
    nextUnit: row.nextUnit,
    returnedUnits: [...row.returnedUnits, ...unitNumbers].sort((a, b) => a - b),
  });
}

function change(
  row: StockRow,
  delta: number,
  unitNumbers: readonly number[],
  units: Pick<StockRow, "nextUnit" | "returnedUnits">,
): NextRow {
  const next = { ...row, ...units, stock: row.stock + delta, version: row.version + 1 };
  return {
    row: next,
    change: { sku: row.sku, delta, unitNumbers, stockBefore: row.stock, stockAfter: next.stock, version: next.version },
  };
}
