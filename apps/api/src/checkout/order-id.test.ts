import { expect, test } from "vitest";
import { newOrderId } from "./order-id.ts";

test("an order's number is a UUID of version 7 that tells its millisecond", () => {
  const before = Date.now();
  const id = newOrderId();
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const time = Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
});

test("ten thousand orders of one moment have ten thousand numbers", () => {
  expect(new Set(Array.from({ length: 10_000 }, newOrderId)).size).toBe(10_000);
});
