import { expect, test } from "vitest";
import { type Observed, toHistory } from "./history.ts";

const seen = (shopper: string, askedNs: number, answeredNs: number, told: Partial<Observed> = {}): Observed => ({
  attempt: shopper,
  shopper,
  outcome: "RESERVED",
  orderId: `order-${shopper}`,
  quantity: 1,
  unitNumbers: [1],
  machine: "one",
  askedNs: BigInt(askedNs),
  answeredNs: BigInt(answeredNs),
  ...told,
});
const refused = (shopper: string, askedNs: number, answeredNs: number, outcome: string) =>
  seen(shopper, askedNs, answeredNs, { outcome, orderId: null, unitNumbers: [] });
const brief = (events: ReturnType<typeof toHistory>) =>
  events?.map(({ time, process, type }) => `${time} ${process} ${type}`);

test("calls and answers come in order of time, from zero, each shopper a process", () => {
  const events = toHistory("lamp", [seen("A", 1_000, 3_000), refused("B", 2_000, 4_000, "OUT_OF_STOCK")], []);
  expect(brief(events)).toEqual(["0 0 invoke", "1000 1 invoke", "2000 0 ok", "3000 1 ok"]);
  expect(events?.[2]).toMatchObject({
    f: "reserve",
    value: { sku: "lamp", quantity: 1, outcome: "reserved", units: [1] },
  });
  expect(events?.[3]).toMatchObject({ value: { outcome: "sold-out" }, name: "B" });
});

test("LOCK_BUSY and LOCK_LOST certainly did nothing; a broken connection leaves it open", () => {
  const outcomes = ["LOCK_BUSY", "LOCK_LOST", "NO_ANSWER", "DATABASE_UNAVAILABLE"];
  const events = outcomes.flatMap((outcome) => toHistory("lamp", [refused("A", 1, 2, outcome)], [])?.[1] ?? []);
  expect(events.map(({ type, code }) => [code, type])).toEqual([
    ["LOCK_BUSY", "fail"],
    ["LOCK_LOST", "fail"],
    ["NO_ANSWER", "info"],
    ["DATABASE_UNAVAILABLE", "info"],
  ]);
});

test("the same order twice is one call, from its first question to its last answer", () => {
  const events = toHistory("lamp", [seen("A", 10, 20), { ...seen("A", 30, 40), attempt: "again" }], []);
  expect(brief(events)).toEqual(["0 0 invoke", "30 0 ok"]);
});

test("a unit that came back may be free at any time after its sale", () => {
  const events = toHistory(
    "lamp",
    [seen("A", 10, 20)],
    [
      { orderId: "order-A", delta: -1 },
      { orderId: "order-A", delta: 1 },
    ],
  );
  expect(brief(events)).toEqual(["0 0 invoke", "0 1 invoke", "0 1 info", "10 0 ok"]);
});

test("two machines' clocks make no history", () => {
  expect(toHistory("lamp", [seen("A", 1, 2), seen("B", 1, 2, { machine: "two" })], [])).toBeUndefined();
});

test("a sale that only the ledger knows may have been at any time", () => {
  const events = toHistory("lamp", [refused("A", 10, 20, "OUT_OF_STOCK")], [{ orderId: "order-B", delta: -1 }]);
  expect(brief(events)).toEqual(["0 0 invoke", "0 1 invoke", "0 1 info", "10 0 ok"]);
  expect(events?.[1]).toMatchObject({ f: "reserve", value: { quantity: 1 } });
});
