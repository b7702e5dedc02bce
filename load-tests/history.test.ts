import { expect, test } from "vitest";
import { toHistory } from "./history.ts";

const seen = (...line: unknown[]) => JSON.stringify(line);

test("each checkout is a call and an answer, in order of time", () => {
  const text = [seen(0, 1.5, 9.25, "RESERVED", [1]), seen(1, 2, 4, "OUT_OF_STOCK", []), ""].join("\n");
  expect(toHistory(text, "lamp").map(({ time, process, type }) => [time, process, type])).toEqual([
    [1_500_000, 0, "invoke"],
    [2_000_000, 1, "invoke"],
    [4_000_000, 1, "ok"],
    [9_250_000, 0, "ok"],
  ]);
  expect(toHistory(text, "lamp")[3]?.value).toEqual({ sku: "lamp", quantity: 1, outcome: "reserved", units: [1] });
});

test.each([
  ["LOCK_BUSY", "fail"],
  ["LOCK_LOST", "fail"],
  ["NO_ANSWER", "info"],
  ["DATABASE_UNAVAILABLE", "info"],
  ["OTHER", "info"],
])("%s ends a call as %s", (outcome, type) => {
  expect(toHistory(seen(0, 1, 2, outcome, []), "lamp")[1]?.type).toBe(type);
});

test("a torn line and whatever else the console said are passed over", () => {
  const text = ["a warning", '[0,1,2,"RESE', seen(0, 1, null, "RESERVED", [1]), seen(1, 1, 2, "HOPE", [])].join("\n");
  expect(toHistory(text, "lamp")).toEqual([]);
});
