import { describe, expect, test } from "vitest";
import type { Outcome } from "../messages.ts";
import { type Called, type Judged, judge } from "./judge.ts";

const lamp = [{ sku: "lamp", quantity: 1 }];
const soldOut: Outcome = { kind: "sold-out" };
const reserved = (orderId: number): Outcome => ({ kind: "reserved", orderId });
const order = (id: number, buyerId: string, items: unknown = lamp) => ({ id, buyerId, items });

/** Two buyers at the same moment, unless `more` says otherwise. */
function called(buyerId: string, outcome: Outcome | undefined, more: Partial<Called> = {}): Called {
  const request = { buyerId, items: lamp, idempotencyKey: `key of ${buyerId}` };
  return { request, begunAt: 1, endedAt: 9, outcome, unreleased: 0, ...more };
}

const judged = (
  initial: number,
  calls: readonly Called[],
  left: number,
  orders: Judged["rows"]["orders"],
  remaining: string[] = [],
) => judge({ initial: { lamp: initial }, calls, rows: { stock: { lamp: left }, orders, left: remaining } });

describe("right", () => {
  test("one of two buyers gets the last lamp", () => {
    const calls = [called("ann", reserved(1)), called("ben", soldOut)];
    expect(judged(1, calls, 0, [order(1, "ann")])).toEqual([]);
  });

  test("an order of one line stands for a cart of two lines of the item", () => {
    const cart = { items: [...lamp, ...lamp], buyerId: "ann", idempotencyKey: "key" };
    const one = order(1, "ann", [{ sku: "lamp", quantity: 2 }]);
    expect(judged(2, [called("ann", reserved(1), { request: cart })], 0, [one])).toEqual([]);
  });

  test("a retry is answered with the order of its key", () => {
    const calls = [called("ann", reserved(1)), called("ann", reserved(1))];
    expect(judged(2, calls, 1, [order(1, "ann")])).toEqual([]);
  });

  test("an answer that was lost explains an order that nobody was told of, and one that does not exist", () => {
    const lost = called("ann", undefined, { endedAt: undefined });
    expect(judged(1, [lost], 0, [order(1, "ann")])).toEqual([]);
    expect(judged(1, [lost], 1, [])).toEqual([]);
  });
});

describe("wrong", () => {
  test("more in orders than there was", () => {
    const calls = [called("ann", reserved(1)), called("ben", reserved(2))];
    const found = judged(1, calls, 0, [order(1, "ann"), order(2, "ben")]);
    expect(found[0]).toBe("Oversold: 1 lamp in stock at first, but the orders hold 2.");
  });

  test("a stock row that does not add up with the orders", () => {
    expect(judged(2, [called("ann", soldOut, { begunAt: 1 })], 1, [])[0]).toBe(
      "The stock row of lamp says 1, but there were 2 at first, 0 in orders, so 2 should be left.",
    );
  });

  test("sold out, although a lamp was there all the time", () => {
    expect(judged(2, [called("ann", reserved(1)), called("ben", soldOut)], 1, [order(1, "ann")])).toEqual([
      'B was told "sold out", although there was enough during the whole checkout. Left: 1 lamp.',
    ]);
  });

  test("an order that its buyer was not told of", () => {
    expect(judged(1, [called("ann", soldOut)], 0, [order(1, "ann")])).toContain(
      "Order 1 exists, but its buyer was not told that it is reserved.",
    );
  });

  test("an answer without an order, and one with somebody else's", () => {
    expect(judged(1, [called("ann", reserved(7))], 1, [])[0]).toMatch(
      /order 7 is reserved, but there is no such order/,
    );
    const calls = [called("ann", reserved(1)), called("ben", reserved(1))];
    expect(judged(2, calls, 1, [order(1, "ann")])[0]).toMatch(/^Order 1 is not what B asked for: it is ann's/);
  });

  test("two orders for one key, and sold out for a key that has an order", () => {
    const twice = [called("ann", reserved(1)), called("ann", reserved(2))];
    const found = judged(2, twice, 0, [order(1, "ann"), order(2, "ann")]);
    expect(found[0]).toBe("ann sent 1 idempotency key, but has 2 orders.");
    const refused = [called("ann", reserved(1)), called("ann", soldOut)];
    expect(judged(1, refused, 0, [order(1, "ann")])[0]).toMatch(/although its idempotency key has order 1/);
  });

  test("a failed checkout, no answer, and what is left behind", () => {
    const calls = [
      called("ann", { kind: "threw", text: "error: deadlock detected (40P01)" }, { unreleased: 1 }),
      called("ben", { kind: "invalid", text: "undefined" }),
    ];
    expect(judged(1, calls, 1, [], ["an open transaction"])).toEqual([
      "A's checkout failed: error: deadlock detected (40P01).",
      'B\'s checkout returned undefined. An answer is { outcome: "reserved", orderId } or { outcome: "sold-out" }.',
      "A has not released 1 connection to the pool.",
      "Left behind after the answers: an open transaction.",
    ]);
  });
});
