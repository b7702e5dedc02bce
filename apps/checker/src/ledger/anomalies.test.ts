import { describe, expect, it } from "vitest";
import { ledgerAnomalies, type Movement } from "./anomalies.ts";

const moved = (transaction: string, sku: string, before: number, after: number, version?: number): Movement => ({
  transaction,
  sku,
  delta: after - before,
  stockBefore: before,
  stockAfter: after,
  version,
});
const names = (...movements: Movement[]) => ledgerAnomalies(movements).map(({ name }) => name);

describe("lost update", () => {
  it("two sales from one version are one, told with both orders", () => {
    const found = ledgerAnomalies([moved("17", "lamp", 5, 4, 2), moved("18", "lamp", 5, 3, 2)]);
    expect(found).toMatchObject([{ name: "lost update", skus: ["lamp"], transactions: ["17", "18"] }]);
    expect(found[0]?.sentence).toContain("17 and 18 all started from a stock of 5 of lamp and wrote 4 and 3");
  });

  it("two sales one after the other are none", () => {
    expect(names(moved("17", "lamp", 5, 4, 2), moved("18", "lamp", 4, 3, 3))).toEqual([]);
  });

  it("without versions, the stock tells states apart, unless something came back", () => {
    const twice = [moved("17", "lamp", 5, 4), moved("18", "lamp", 5, 4)];
    expect(names(...twice)).toEqual(["lost update"]);
    expect(names(...twice, moved("19", "lamp", 4, 5))).toEqual([]);
  });
});

describe("write skew", () => {
  it("each read what the other changed, before it did", () => {
    const found = ledgerAnomalies([
      moved("A", "lamp", 1, 1, 1),
      moved("A", "chair", 1, 0, 2),
      moved("B", "chair", 1, 1, 1),
      moved("B", "lamp", 1, 0, 2),
    ]);
    expect(found).toMatchObject([{ name: "write skew", skus: ["chair", "lamp"], transactions: ["A", "B"] }]);
  });

  it("one that saw the other's change is none", () => {
    expect(
      names(
        moved("A", "lamp", 1, 1, 1),
        moved("A", "chair", 1, 0, 2),
        moved("B", "chair", 0, 0, 2),
        moved("B", "lamp", 1, 0, 2),
      ),
    ).toEqual([]);
  });
});
