import { expect, test } from "vitest";
import { hasLastingEffect } from "./lost-connection.ts";

test.each([
  ["BEGIN; SELECT FROM stock FOR UPDATE", false, false],
  ["UPDATE stock", true, false],
  ["UPDATE stock; COMMIT", true, true],
  ["UPDATE stock", false, true],
  ["WITH taken AS (UPDATE stock) SELECT FROM taken", false, true],
  ["SELECT FROM stock", false, false],
])("%s (in a transaction: %s): a lasting effect: %s", (flight, isInTransaction, expected) => {
  expect(hasLastingEffect(flight.split("; "), isInTransaction)).toBe(expected);
});
