import { expect, test } from "vitest";
import type { Ledger, LedgerAnswer, LedgerMovement } from "./ledger-evidence.ts";
import { ledgerVerdict } from "./ledger-verdict.ts";

const second = (seconds: number) => new Date(seconds * 1_000);

const sale = (orderId: string, unitNumbers: number[], at: number, version: number): LedgerMovement => ({
  orderId,
  delta: -unitNumbers.length,
  unitNumbers,
  version,
  at: second(at),
});
const giveBack = (orderId: string, unitNumbers: number[], at: number, version: number): LedgerMovement => ({
  ...sale(orderId, unitNumbers, at, version),
  delta: unitNumbers.length,
});
const refusal = (askedAt: number, answeredAt: number, quantity = 1): LedgerAnswer => ({
  shopper: "B",
  outcome: "OUT_OF_STOCK",
  quantity,
  waitedMs: 0,
  askedAt: second(askedAt),
  answeredAt: second(answeredAt),
});

function ledger(movements: LedgerMovement[], rest: Partial<Ledger> = {}): Ledger {
  return {
    run: { strategy: "test", initialStock: 2, buyersAsked: 0, buyersAnswered: 0 },
    stock: 0,
    orders: [...new Set(movements.map((movement) => movement.orderId))],
    answers: [],
    writesRefused: 0,
    movements,
    ...rest,
  };
}

test("two orders with different units pass", () => {
  const verdict = ledgerVerdict(ledger([sale("order-aaaa", [1], 1, 1), sale("order-bbbb", [2], 2, 2)]));
  expect(verdict).toMatchObject({
    passed: true,
    unitsSold: 2,
    unitsOversold: 0,
    lostUpdates: 0,
    orders: 2,
    evidence: [],
  });
});

test("two orders with the same unit: oversold, and a lost update", () => {
  const verdict = ledgerVerdict(ledger([sale("order-aaaa", [1], 1, 1), sale("order-bbbb", [1], 2, 1)]));
  expect(verdict).toMatchObject({ passed: false, unitsSold: 2, unitsOversold: 1, lostUpdates: 1 });
  expect(verdict.evidence[0]).toEqual({
    kind: "unit-sold-twice",
    unit: 1,
    orders: ["order-aaaa", "order-bbbb"],
    message: "Orders AAAA and BBBB both hold No. 1.",
  });
});

test("a unit sold again after it came back is no double sale", () => {
  const movements = [sale("a", [1], 1, 1), giveBack("a", [1], 2, 2), sale("b", [1], 3, 3)];
  expect(ledgerVerdict(ledger(movements, { stock: 1 }))).toMatchObject({
    passed: true,
    unitsSold: 1,
    unitsOversold: 0,
  });
});

test("a lost update that sold no unit twice is found all the same", () => {
  const movements = [sale("a", [1], 1, 1), giveBack("a", [1], 2, 2), sale("b", [2], 3, 2)];
  expect(ledgerVerdict(ledger(movements))).toMatchObject({ passed: false, unitsOversold: 0, lostUpdates: 1 });
});

test("sold out while a unit was free all the time: too early", () => {
  const verdict = ledgerVerdict(ledger([sale("a", [1], 1, 1)], { answers: [refusal(2, 3)] }));
  expect(verdict).toMatchObject({ passed: false, soldOutTooEarly: 1 });
  expect(verdict.evidence[0]?.message).toContain("1 were in stock");
});

test("sold out is the truth when the last unit went during the request", () => {
  const movements = [sale("a", [1], 1, 1), sale("b", [2], 2.5, 2)];
  expect(ledgerVerdict(ledger(movements, { answers: [refusal(2, 3)] })).passed).toBe(true);
});

test("sold out is the truth for two when one is left", () => {
  const movements = [sale("a", [1], 1, 1)];
  expect(ledgerVerdict(ledger(movements, { answers: [refusal(2, 3, 2)] })).passed).toBe(true);
});

test("a unit that only just came back blames nobody: its commit may be later than its statement", () => {
  const movements = [sale("a", [1, 2], 1, 1), giveBack("a", [1, 2], 1.9, 2)];
  expect(ledgerVerdict(ledger(movements, { answers: [refusal(2, 3)] })).soldOutTooEarly).toBe(0);
  expect(ledgerVerdict(ledger(movements, { answers: [refusal(60, 61)] })).soldOutTooEarly).toBe(1);
});

test("an order that the ledger does not know, and a sale whose order is gone", () => {
  const verdict = ledgerVerdict(ledger([sale("ghost", [1], 1, 1)], { orders: ["phantom"] }));
  expect(verdict).toMatchObject({ passed: false, ordersWithoutMovement: 1, movementsWithoutOrder: 1 });
});

test("a run in which every buyer was turned away has not passed; one in which a single buyer was served has", () => {
  const busy = { ...refusal(1, 2), outcome: "LOCK_BUSY" };
  const verdict = ledgerVerdict(
    ledger([], { stock: 2, answers: [busy, busy, { ...busy, outcome: "INTERNAL_ERROR" }] }),
  );
  expect(verdict).toMatchObject({
    passed: false,
    evidence: [{ kind: "nobody-served", message: "No buyer was served: 2 × LOCK_BUSY, 1 × INTERNAL_ERROR." }],
  });
  const served = { ...busy, outcome: "RESERVED" };
  expect(ledgerVerdict(ledger([sale("order-aaaa", [1], 1, 1)], { answers: [busy, served] })).passed).toBe(true);
  expect(ledgerVerdict(ledger([])).passed).toBe(true);
});
