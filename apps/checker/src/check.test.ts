import { describe, expect, it } from "vitest";
import { eventsOf, giveBack, type Lines, read, reserve, write } from "../test/history.ts";
import { checkHistory } from "./check.ts";

const lamps = (stock: number, ...calls: Lines[]) =>
  checkHistory(eventsOf(...calls), { model: "stock", initial: { lamp: stock } });

describe("a stock", () => {
  it("one lamp, sold once and then sold out: linearizable", () => {
    expect(lamps(1, reserve(1, [0, 5], [1]), reserve(2, [1, 6], "sold-out"))).toEqual({
      verdict: "linearizable",
      operations: 2,
    });
  });

  it("one lamp sold to two: not linearizable, and the sentences name both buyers and the unit", () => {
    const { verdict, counterexample } = lamps(
      1,
      reserve(7, [0, 1], "fail"),
      reserve(1, [10, 25], [1]),
      reserve(2, [12, 26], [1]),
      reserve(3, [30, 35], "sold-out"),
    );
    expect(verdict).toBe("not-linearizable");
    expect(counterexample?.operations.map(({ process }) => process)).toEqual([1, 2]);
    expect(counterexample?.isMinimal).toBe(true);
    expect(counterexample?.sentences.join(" ")).toBe(
      "Buyer 1 and buyer 2 were both sold unit 1, which cannot have been released in between. " +
        "The second request began before the first was answered, so both could have read the same stock; but at most one of the two answers can be correct.",
    );
  });

  it("sold out while one was left for the whole call: the one call is the counterexample", () => {
    const { verdict, counterexample } = lamps(
      3,
      reserve(1, [0, 5], "reserved"),
      reserve(2, [1, 6], "reserved"),
      reserve(3, [7, 9], "sold-out"),
    );
    expect(verdict).toBe("not-linearizable");
    expect(counterexample?.operations.map(({ process }) => process)).toEqual([3]);
    expect(counterexample?.sentences[0]).toContain("at least 1 of 3 lamp was left during the whole call");
  });

  it("reads that overlap a sale may see either stock, but not first the new one and then the old one", () => {
    const sale = reserve(1, [0, 100], "reserved");
    expect(lamps(1, sale, read(2, [10, 20], 1), read(2, [30, 40], 0)).verdict).toBe("linearizable");
    const { verdict, counterexample } = lamps(1, sale, read(2, [10, 20], 0), read(2, [30, 40], 1));
    expect(verdict).toBe("not-linearizable");
    expect(counterexample?.operations.map(({ answer }) => answer)).toEqual([{ stock: 0 }, { stock: 1 }]);
    // Without the sale the first read would be wrong by itself, and it is not.
    expect(counterexample?.context.map(({ f, type }) => `${f} ${type}`)).toEqual(["reserve info"]);
  });

  it("a unit that was given back can be sold again, but not twice", () => {
    const first = [reserve(1, [0, 1], [1]), giveBack(1, [2, 3]), reserve(2, [4, 5], [1])];
    expect(lamps(1, ...first).verdict).toBe("linearizable");
    expect(lamps(1, ...first, reserve(3, [6, 7], [1])).verdict).toBe("not-linearizable");
  });

  it("a call that was never answered may have taken the unit or not, so that both answers are linearizable", () => {
    const lost = reserve(1, [0, 5], "info");
    expect(lamps(1, lost, reserve(2, [10, 11], "sold-out")).verdict).toBe("linearizable");
    expect(lamps(1, lost, reserve(2, [10, 11], [1])).verdict).toBe("linearizable");
    expect(lamps(1, lost, read(2, [10, 11], 1), read(2, [12, 13], 0), read(2, [14, 15], 1)).verdict).toBe(
      "not-linearizable",
    );
  });

  it("a cart of two SKUs is sold out because one of them is", () => {
    const cart = {
      process: 2,
      from: 10,
      to: 20,
      f: "reserve",
      value: {
        lines: [
          { sku: "lamp", quantity: 1 },
          { sku: "chair", quantity: 1 },
        ],
      },
    };
    const events = eventsOf(reserve(1, [0, 5], [1]), { ...cart, answer: { outcome: "sold-out" } });
    expect(checkHistory(events, { model: "stock", initial: { lamp: 1, chair: 5 } }).verdict).toBe("linearizable");
    expect(checkHistory(events, { model: "stock", initial: { lamp: 2, chair: 5 } }).verdict).toBe("not-linearizable");
  });
});

describe("what the search leaves out is never needed", () => {
  it("of two sales alike, the one that is answered first was first", () => {
    expect(lamps(2, reserve(1, [0, 10], "reserved"), reserve(2, [1, 5], "reserved"), read(3, [6, 7], 1)).verdict).toBe(
      "linearizable",
    );
  });

  it("unless its unit has to come back before", () => {
    const { verdict } = lamps(
      2,
      reserve(1, [0, 3], [1]),
      reserve(4, [0, 1], [2]),
      giveBack(4, [2, 3]),
      giveBack(1, [4, 15]),
      // Sold again after unit 1 came back, though it is answered before the next one, which was earlier.
      reserve(2, [5, 10], [1]),
      reserve(3, [4, 20], [2]),
      read(5, [4, 6], 0),
      read(5, [7, 8], 1),
    );
    expect(verdict).toBe("linearizable");
  });

  it("or its process goes on before the other is answered", () => {
    expect(lamps(2, reserve(1, [0, 6], "reserved"), reserve(2, [0, 4], "reserved"), read(2, [5, 7], 1)).verdict).toBe(
      "linearizable",
    );
  });
});

it("says unknown, and why, when the time is up", () => {
  // Thirty writes at once, and a value that nobody wrote: 2^30 configurations.
  const writes = Array.from({ length: 30 }, (_, index) => write(index, [0, 100], index));
  const events = eventsOf(...writes, { process: 99, from: 1, to: 99, f: "read", answer: -1 });
  const { verdict, reason } = checkHistory(events, { model: "register", timeMs: 30 });
  expect(verdict).toBe("unknown");
  expect(reason).toMatch(/used up its 0\.03 s of time/);
});

it("says unknown, and why, when the memory is up", () => {
  const writes = Array.from({ length: 30 }, (_, index) => write(index, [0, 100], index));
  const events = eventsOf(...writes, { process: 99, from: 1, to: 99, f: "read", answer: -1 });
  const { verdict, reason } = checkHistory(events, { model: "register", memoryMb: 1 });
  expect(verdict).toBe("unknown");
  expect(reason).toMatch(/used up its 1 MB of memory/);
});
