import { describe, expect, it } from "vitest";
import { eventsOf, type Lines, operationsOf, write } from "../../test/history.ts";
import { checkHistory } from "../check.ts";
import { checkLinearizable } from "../search/check-linearizable.ts";
import type { Model } from "./model.ts";

const verdictOf = (model: "register" | "mutex", ...calls: Lines[]) =>
  checkHistory(eventsOf(...calls), { model }).verdict;
const read = (process: number, [from, to]: [number, number], answer: unknown): Lines => ({
  process,
  from,
  to,
  f: "read",
  answer,
});
const acquire = (process: number, [from, to]: [number, number], lease: object = {}): Lines => ({
  process,
  from,
  to,
  f: "acquire",
  value: { lock: "lamp" },
  answer: { lock: "lamp", ...lease },
});
const release = (process: number, [from, to]: [number, number]): Lines => ({
  process,
  from,
  to,
  f: "release",
  value: { lock: "lamp" },
});

describe("a register", () => {
  it("Herlihy and Wing 1990, figure 1: a read that overlaps a write may see the old value or the new one", () => {
    expect(verdictOf("register", write(1, [0, 10], 1), read(2, [2, 4], null), read(2, [5, 12], 1))).toBe(
      "linearizable",
    );
  });

  it("a stale read after the write was answered: none", () => {
    expect(verdictOf("register", write(1, [0, 10], 1), read(2, [11, 12], null))).toBe("not-linearizable");
  });

  it("new value, then the old one, during one write: none, though each read by itself could be", () => {
    expect(verdictOf("register", write(1, [0, 100], 1), read(2, [10, 20], 1), read(3, [30, 40], null))).toBe(
      "not-linearizable",
    );
  });

  it("two readers that see two writes in different orders: none", () => {
    const writes = [write(1, [0, 10], 1), write(2, [0, 10], 2)];
    const first = [read(3, [11, 20], 1), read(3, [21, 30], 2)];
    expect(verdictOf("register", ...writes, ...first)).toBe("not-linearizable");
  });

  it("a compare-and-set succeeds once from one value", () => {
    const cas = (process: number, from: number, value: unknown): Lines => ({
      process,
      from,
      to: from + 50,
      f: "cas",
      value,
    });
    const first = [write(1, [0, 1], 0), cas(2, 2, [0, 1])];
    expect(verdictOf("register", ...first, cas(3, 3, [0, 2]))).toBe("not-linearizable");
    expect(verdictOf("register", ...first, cas(3, 3, [1, 2]), read(4, [60, 61], 2))).toBe("linearizable");
  });

  it("a write that nobody heard of may show at any later time, and then stays", () => {
    const lost: Lines = { process: 1, from: 0, to: 5, f: "write", value: 7, type: "info" };
    expect(verdictOf("register", lost, read(2, [10, 11], null), read(2, [20, 21], 7))).toBe("linearizable");
    expect(verdictOf("register", lost, read(2, [10, 11], 7), read(2, [20, 21], null))).toBe("not-linearizable");
  });

  it("keys are checked apart", () => {
    const keyed = (process: number, key: string, answer: number): Lines => ({
      process,
      from: 10,
      to: 20,
      f: "read",
      value: { key },
      answer: { key, value: answer },
    });
    const writeTo = (process: number, key: string, value: number): Lines => ({
      process,
      from: 0,
      to: 5,
      f: "write",
      value: { key, value },
    });
    expect(verdictOf("register", writeTo(1, "x", 1), writeTo(2, "y", 2), keyed(3, "x", 1), keyed(4, "y", 2))).toBe(
      "linearizable",
    );
    expect(verdictOf("register", writeTo(1, "x", 1), writeTo(2, "y", 2), keyed(3, "x", 2))).toBe("not-linearizable");
  });
});

describe("a lock", () => {
  it("is held by one at a time", () => {
    expect(verdictOf("mutex", acquire(1, [0, 5]), release(1, [10, 15]), acquire(2, [2, 20]))).toBe("linearizable");
    expect(verdictOf("mutex", acquire(1, [0, 5]), acquire(2, [6, 9]), release(1, [10, 15]))).toBe("not-linearizable");
  });

  it("can be taken over once the lease can have ended, and not before", () => {
    const lease = { ttlNs: 100 };
    expect(verdictOf("mutex", acquire(1, [0, 5], lease), acquire(2, [90, 110], lease))).toBe("linearizable");
    expect(verdictOf("mutex", acquire(1, [0, 5], lease), acquire(2, [50, 99], lease))).toBe("not-linearizable");
  });

  it("a late release of an expired lease does not free another's lock", () => {
    const lease = { ttlNs: 100 };
    const late = [acquire(1, [0, 5], lease), acquire(2, [105, 110], lease), release(1, [111, 112])];
    expect(verdictOf("mutex", ...late)).toBe("linearizable");
    // The unconditional DEL: it frees the second holder's lock, and a third one comes in.
    expect(verdictOf("mutex", ...late, acquire(3, [113, 120], lease))).toBe("not-linearizable");
  });

  it("fencing tokens grow with every grant", () => {
    const next = [release(1, [6, 7]), acquire(2, [8, 9], { token: 4 })];
    expect(verdictOf("mutex", acquire(1, [0, 5], { token: 3 }), ...next)).toBe("linearizable");
    expect(verdictOf("mutex", acquire(1, [0, 5], { token: 4 }), ...next)).toBe("not-linearizable");
  });

  it("cannot be released by one who never held it", () => {
    expect(verdictOf("mutex", acquire(1, [0, 5]), release(2, [6, 7]))).toBe("not-linearizable");
  });

  it("an acquisition that nobody heard of may hold the lock", () => {
    const lost: Lines = { process: 1, from: 0, to: 5, f: "acquire", value: { lock: "lamp", ttlNs: 50 }, type: "info" };
    expect(verdictOf("mutex", lost, acquire(2, [10, 12]))).toBe("linearizable");
  });
});

it("a model of one's own needs six members", () => {
  /** A queue whose `take` answers the oldest item. */
  const queue: Model<readonly unknown[], { f: string; item: unknown }> = {
    name: "queue",
    interpret: ({ f, value, answer }) => ({ f, item: f === "take" ? answer : value }),
    keys: () => ["queue"],
    start: () => [],
    step: (items, { f, item }) => {
      if (f === "put") return [...items, item];
      return items[0] === item ? items.slice(1) : undefined;
    },
    key: JSON.stringify,
  };
  const put = (process: number, from: number, value: string): Lines => ({
    process,
    from,
    to: from + 5,
    f: "put",
    value,
  });
  const take = (process: number, from: number, answer: string): Lines => ({
    process,
    from,
    to: from + 5,
    f: "take",
    answer,
  });
  // Herlihy and Wing 1990, figure 1 (b): x was put in before y and comes out after it.
  const wrong = operationsOf(put(1, 0, "x"), put(2, 6, "y"), take(3, 12, "y"), take(3, 20, "x"));
  const right = operationsOf(put(1, 0, "x"), put(2, 3, "y"), take(3, 12, "y"), take(3, 20, "x"));
  expect(checkLinearizable(wrong, queue).verdict).toBe("not-linearizable");
  expect(checkLinearizable(right, queue).verdict).toBe("linearizable");
});
