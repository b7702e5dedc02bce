import { expect, test } from "vitest";
import { normaliseCart } from "./cart.ts";

test("the same products in any order and split make the same cart", () => {
  const cart = [
    { sku: "a", quantity: 3 },
    { sku: "b", quantity: 1 },
  ];
  const split = [
    { sku: "b", quantity: 1 },
    { sku: "a", quantity: 1 },
    { sku: "a", quantity: 2 },
  ];
  expect(normaliseCart(split)).toEqual(cart);
  expect(normaliseCart([...cart].reverse())).toEqual(cart);
});
