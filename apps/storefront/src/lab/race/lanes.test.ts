import { expect, test } from "vitest";
import type { RaceEvent } from "../../api/types.ts";
import { toRace } from "./lanes.ts";

const start = 1_000;
const event = (at: number, checkpoint: RaceEvent["checkpoint"], rest: Partial<RaceEvent> = {}): RaceEvent => ({
  at: start + at,
  shopper: "A",
  attempt: "a",
  replica: "replica-1",
  checkpoint,
  ...rest,
});

test("a transaction that is undone after its write begins again: nothing of the first attempt is kept", () => {
  const { lanes, stock } = toRace(
    [
      event(0, "arrived"),
      event(1, "read", { stock: 2 }),
      event(2, "written", { stock: 1, unitNumbers: [1] }),
      event(3, "conflict", { conflict: "40001" }),
      event(5, "read", { stock: 1 }),
      event(6, "written", { stock: 0, unitNumbers: [2] }),
      event(7, "committed"),
      event(8, "answered", { outcome: "RESERVED", unitNumbers: [2] }),
    ],
    2,
    true,
  );
  expect(lanes[0]?.segments.map(({ kind, from, to }) => [kind, from, to])).toEqual([
    ["arriving", 0, 1],
    ["held", 1, 2],
    ["write", 2, 3],
    ["undone", 3, 5],
    ["held", 5, 6],
    ["write", 6, 7],
    ["after", 7, 8],
  ]);
  expect(lanes[0]).toMatchObject({ readStock: 1, unitNumbers: [2], conflicts: [{ at: 3, conflict: "40001" }] });
  expect(stock).toEqual([
    { at: 0, stock: 2 },
    { at: 7, stock: 0 },
  ]);
});

test("a conflict in the last attempt leaves no write behind", () => {
  const { lanes } = toRace(
    [
      event(0, "arrived"),
      event(1, "read", { stock: 1 }),
      event(2, "written", { stock: 0, unitNumbers: [1] }),
      event(3, "conflict", { conflict: "version" }),
      event(4, "read", { stock: 0 }),
      event(5, "answered", { outcome: "OUT_OF_STOCK" }),
    ],
    1,
    true,
  );
  expect(lanes[0]).toMatchObject({ writtenAt: undefined, unitNumbers: [], outcome: "OUT_OF_STOCK" });
});

test("a refused stale token is kept with the fence that refused it", () => {
  const { lanes, stock } = toRace(
    [
      event(0, "arrived"),
      event(1, "locked", { fencingToken: "33" }),
      event(2, "read", { stock: 1 }),
      event(9, "lost", { fencingToken: "33", fence: "34" }),
      event(10, "answered", { outcome: "LOCK_LOST" }),
    ],
    1,
    true,
  );
  expect(lanes[0]?.lost).toEqual({ at: 9, fencingToken: "33", fence: "34" });
  expect(lanes[0]?.segments.at(-1)).toMatchObject({ kind: "after", from: 9, to: 10 });
  expect(stock).toEqual([{ at: 0, stock: 1 }]);
});

const votes = (...kinds: ("granted" | "refused" | "silent" | "late")[]) => ({
  for: kinds.filter((kind) => kind === "granted").length,
  against: kinds.filter((kind) => kind === "refused").length,
  unavailable: 0,
  nodes: kinds.map((vote) => ({ vote })),
});

test("a held lock shows how all nodes voted, also those that answered after the majority", () => {
  const { lanes } = toRace(
    [
      event(0, "arrived"),
      event(1, "waiting"),
      event(2, "locked", { votes: votes("granted", "silent", "granted", "silent", "granted") }),
      event(5, "released", { votes: votes("granted", "granted", "granted", "silent", "granted") }),
      event(6, "answered", { outcome: "RESERVED" }),
    ],
    1,
    true,
  );
  const held = lanes[0]?.segments.find(({ kind }) => kind === "held");
  expect(held?.votes?.nodes.map(({ vote }) => vote)).toEqual(["granted", "granted", "granted", "silent", "granted"]);
});

test("a lock that was not granted shows the votes in its wait", () => {
  const { lanes } = toRace(
    [
      event(0, "arrived"),
      event(1, "waiting"),
      event(5, "refused", { votes: votes("granted", "refused", "late", "silent", "silent") }),
      event(6, "answered", { outcome: "LOCK_BUSY" }),
    ],
    1,
    true,
  );
  const waiting = lanes[0]?.segments.find(({ kind }) => kind === "waiting");
  expect(waiting?.votes?.nodes.map(({ vote }) => vote)).toEqual(["granted", "refused", "late", "silent", "silent"]);
});

test("a commit that is told late: the stock changes when another buyer reads the new one", () => {
  const b = { shopper: "B", attempt: "b" };
  const { stock } = toRace(
    [
      event(0, "arrived"),
      event(0, "arrived", b),
      event(2, "read", { stock: 1 }),
      event(10, "written", { stock: 0, unitNumbers: [1] }),
      event(20, "read", { ...b, stock: 0 }),
      event(30, "committed"),
    ],
    1,
    true,
  );
  expect(stock).toEqual([
    { at: 0, stock: 1 },
    { at: 20, stock: 0 },
  ]);
});
