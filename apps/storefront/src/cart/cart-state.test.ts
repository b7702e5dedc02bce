import { expect, test } from "vitest";
import {
  asksForEarlierOrder,
  type CartState,
  emptyCart,
  nextIntent,
  parseCart,
  withAnswer,
  withLines,
  withSent,
} from "./cart-state.ts";

const lamp = (quantity: number) => ({ sku: "lamp", quantity });
const vase = (quantity: number) => ({ sku: "vase", quantity });
const twoLamps: CartState = { key: "k1", lines: [lamp(2)] };
const sent = withSent(twoLamps);

test("a sent order that is repeated has the same key and the same lines", () => {
  expect(nextIntent(sent)).toEqual({ key: "k1", lines: [lamp(2)] });
  expect(nextIntent(withSent(sent))).toEqual(nextIntent(sent));
});

test("other lines get another key; the unanswered order is still the next to be asked for", () => {
  const changed = withLines(sent, [lamp(2), vase(1)], "k2");
  expect(changed.key).toBe("k2");
  expect(asksForEarlierOrder(changed)).toBe(true);
  expect(nextIntent(changed)).toEqual({ key: "k1", lines: [lamp(2)] });
});

test("a cart changed and changed back is the unanswered order's again, whatever the order of its lines", () => {
  const both = withSent({ key: "k1", lines: [lamp(2), vase(1)] });
  const back = withLines(withLines(both, [vase(1)], "k2"), [vase(1), lamp(2)], "k3");
  expect(back.key).toBe("k1");
  expect(asksForEarlierOrder(back)).toBe(false);
});

test("only what was ordered leaves the cart", () => {
  const changed = withLines(sent, [lamp(3), vase(1)], "k2");
  expect(withAnswer(changed, "k1", "ordered", "k3")).toEqual({ key: "k3", lines: [lamp(1), vase(1)] });
  expect(withAnswer(sent, "k1", "ordered", "k3")).toEqual(emptyCart);
  expect(withAnswer(withLines(sent, [], "k2"), "k1", "ordered", "k3")).toEqual(emptyCart);
});

test("an answer that another tab has dealt with changes nothing", () => {
  const settled = withAnswer(sent, "k1", "ordered", "k2");
  const addedAgain = withLines(settled, [lamp(2)], "k3");
  expect(withAnswer(addedAgain, "k1", "ordered", "k4")).toBe(addedAgain);
});

test("a refused order keeps its key for another try; an order that ended leaves the lines and spends its key", () => {
  expect(withAnswer(sent, "k1", "refused", "k2")).toEqual(twoLamps);
  expect(withAnswer(sent, "k1", "ended", "k2")).toEqual({ key: "k2", lines: [lamp(2)] });
});

test("a stored cart is read back with its unanswered order", () => {
  expect(parseCart(JSON.stringify(sent))).toEqual(sent);
});

test.each([
  null,
  "",
  "{",
  "null",
  "[]",
  '"text"',
  '{"key":"","lines":[{"sku":"lamp","quantity":1}]}',
  '{"key":"k","lines":[{"sku":"lamp","quantity":0}]}',
  '{"key":"k","lines":[{"sku":"lamp","quantity":1e30}]}',
  '{"key":"k","lines":[null]}',
])("%j is no cart of ours: the cart is empty", (text) => {
  expect(parseCart(text)).toEqual(emptyCart);
});
