import { expect, test } from "vitest";
import { newOrderId, normaliseCart } from "./order.ts";

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

test("an order's number is a UUID of version 7 that tells its millisecond", () => {
  const id = newOrderId(1_795_000_000_123);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(1_795_000_000_123);
});

test("ten thousand orders of one moment have ten thousand numbers", () => {
  expect(new Set(Array.from({ length: 10_000 }, () => newOrderId(0))).size).toBe(10_000);
});
