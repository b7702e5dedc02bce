import { expect, test } from "vitest";
import { refusalFor } from "./find-order.ts";
import type { OrderView } from "./order.ts";

const order = (status: OrderView["status"], expiresAt: string) => ({ status, expiresAt }) as OrderView;
const now = Date.parse("2026-01-01T12:00:00Z");

test("an order that is reserved again, because another request's payment was declined meanwhile, has not expired", () => {
  expect(refusalFor(order("reserved", "2026-01-01T12:05:00Z"), now).code).toBe("PAYMENT_IN_PROGRESS");
});

test("a reservation whose time is over has expired, whether or not the expiry job has seen it", () => {
  expect(refusalFor(order("reserved", "2026-01-01T11:59:59Z"), now).code).toBe("ORDER_EXPIRED");
  expect(refusalFor(order("expired", "2026-01-01T11:59:59Z"), now).code).toBe("ORDER_EXPIRED");
});
