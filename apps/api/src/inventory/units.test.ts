import { expect, test } from "vitest";
import { returnUnits, type StockRow, takeUnits } from "./units.ts";

const row: StockRow = { sku: "lamp", edition: 5, nextUnit: 3, returnedUnits: [1], stock: 4, version: 7 };

test("returned numbers are sold again before fresh ones", () => {
  expect(takeUnits(row, 2)).toEqual({
    row: { ...row, nextUnit: 4, returnedUnits: [], stock: 2, version: 8 },
    change: { sku: "lamp", delta: -2, unitNumbers: [1, 3], stockBefore: 4, stockAfter: 2, version: 8 },
  });
});

test("more than there is: nothing", () => {
  expect(takeUnits(row, 5)).toBeUndefined();
  expect(takeUnits(row, 4)?.change.unitNumbers).toEqual([1, 3, 4, 5]);
});

test("units come back in the order of their numbers", () => {
  const returned: StockRow = { ...row, returnedUnits: [2], stock: 4 };
  expect(returnUnits(returned, [1]).row).toMatchObject({ returnedUnits: [1, 2], stock: 5, version: 8 });
});

test("what is taken and given back in any order keeps the row's own count", () => {
  let current: StockRow = { sku: "lamp", edition: 6, nextUnit: 1, returnedUnits: [], stock: 6, version: 0 };
  const held: number[][] = [];
  for (const step of [2, 1, -1, 3, -1, 2, -1, 1, 1]) {
    const next = step > 0 ? takeUnits(current, step) : returnUnits(current, held.shift() ?? []);
    if (!next) continue;
    current = next.row;
    if (step > 0) held.push([...next.change.unitNumbers]);
    expect(current.stock).toBe(current.edition - current.nextUnit + 1 + current.returnedUnits.length);
    expect(new Set(held.flat()).size).toBe(held.flat().length);
    expect(current.stock + held.flat().length).toBe(6);
  }
});
