import { expect, test } from "vitest";
import { summaryOf } from "./summary.ts";

test.each([
  ["BEGIN ISOLATION LEVEL SERIALIZABLE", "BEGIN ISOLATION LEVEL SERIALIZABLE"],
  ["SELECT sku, stock\n  FROM stock WHERE sku = $1 FOR UPDATE", "SELECT FROM stock FOR UPDATE"],
  ["SELECT pg_advisory_xact_lock(hashtextextended('stock:' || $1, 0))", "pg_advisory_xact_lock"],
  ["WITH o AS (INSERT INTO orders (id) VALUES ($1)) UPDATE stock SET stock = 1", "INSERT INTO orders and UPDATE stock"],
  ['INSERT INTO "public"."orders" (id) VALUES ($1) ON CONFLICT DO UPDATE SET id = 1', 'INSERT INTO "public"."orders"'],
  ["-- a remark\nDELETE FROM orders", "DELETE FROM orders"],
  ["SELECT 1", "SELECT 1"],
])("%s", (text, summary) => {
  expect(summaryOf(text)).toBe(summary);
});
