import { expect, test } from "vitest";
import type { RaceEvent } from "../races/events.ts";
import { laneOf, type Observed } from "./lane.ts";

const event = (checkpoint: RaceEvent["checkpoint"], detail: Partial<RaceEvent> = {}): RaceEvent => ({
  at: 0,
  shopper: "A",
  attempt: "1",
  replica: "r",
  checkpoint,
  ...detail,
});
const lane = (events: RaceEvent[], rest: Partial<Observed> = {}) =>
  laneOf({ events, suspended: false, waitsFor: undefined, holds: false, productOf: () => "", ...rest });
const reading = [event("arrived"), event("waiting"), event("locked"), event("read", { stock: 1 })];

test("nobody has come yet", () => {
  expect(lane([])).toEqual({ state: "outside", label: null });
});

test("who was granted a lock holds it only as long as the store says so", () => {
  expect(lane(reading, { holds: true })).toEqual({ state: "holding", label: "reads 1" });
  expect(lane(reading)).toEqual({ state: "inside", label: "reads 1" });
});

test("a suspended machine is suspended, whatever the store says", () => {
  expect(lane(reading, { holds: true, suspended: true }).state).toBe("suspended");
});

test("who waits for another's transaction waits, a lock in hand or not", () => {
  expect(lane(reading, { waitsFor: "B" })).toEqual({ state: "waiting", label: "waits for B" });
  expect(lane(reading, { waitsFor: "B", holds: true }).label).toBe("has the lock, waits for B");
});

test("a refused write keeps its tokens in the label to the end", () => {
  const lost = [...reading, event("lost", { fencingToken: "33", fence: "34" }), event("released")];
  const expected = { state: "done", label: "refused: token 33 < 34" };
  expect(lane([...lost, event("answered", { outcome: "LOCK_LOST" })])).toEqual(expected);
});
