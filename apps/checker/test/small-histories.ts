import type { Operation } from "../src/history/operation.ts";
import type { Random } from "./random.ts";

export interface SmallHistory {
  readonly operations: readonly Operation[];
  readonly initial: Readonly<Record<string, number>>;
}

/**
 * Up to eight operations on one or two SKUs with answers drawn at random, right or wrong, at times so few that many of them
 * touch: about as many can be explained as cannot.
 */
export function smallStockHistory(random: Random): SmallHistory {
  const skus = random.chance(0.3) ? ["a", "b"] : ["a"];
  const initial = Object.fromEntries(skus.map((sku) => [sku, random.integer(0, 4)]));
  const withUnits = random.chance(0.6);
  const namesBack = random.chance(0.5);
  const operations = smallCalls(random).map((base): Operation => {
    const isInfo = base.type === "info";
    const kind = random.pick(["reserve", "reserve", "reserve", "sold-out", "give-back", "read"]);
    const chosen = skus.filter(() => random.chance(0.7));
    const lines = (chosen.length > 0 ? chosen : ["a"]).map((sku) => ({ sku, quantity: random.pick([1, 1, 1, 2]) }));
    const numbered = (line: { sku: string; quantity: number }) => ({
      ...line,
      units: Array.from({ length: line.quantity }, () =>
        random.integer(1, (initial[line.sku] as number) + (random.chance(0.1) ? 1 : 0)),
      ),
    });
    if (kind === "read") {
      const sku = random.pick(skus);
      const answer = isInfo ? undefined : { stock: random.integer(0, initial[sku] as number) };
      return { ...base, f: "read", value: { sku }, answer };
    }
    if (kind === "give-back") {
      const isNamed = namesBack && random.chance(0.8);
      return { ...base, f: "give-back", value: { lines: isNamed ? lines.map(numbered) : lines } };
    }
    const outcome = kind === "reserve" ? "reserved" : "sold-out";
    const answer =
      withUnits && kind === "reserve" && random.chance(0.9) ? { outcome, lines: lines.map(numbered) } : { outcome };
    return { ...base, f: "reserve", value: { lines }, answer: isInfo ? undefined : answer };
  });
  return { operations, initial };
}

type Bare = Omit<Operation, "f" | "value" | "answer">;

/** When who called and was answered, without what. */
function smallCalls(random: Random): Bare[] {
  const count = random.integer(1, 8);
  const most = random.pick([6, 12, 30]);
  const times = Array.from({ length: count }, () => {
    const calledAt = random.integer(0, most);
    return { calledAt, answeredAt: calledAt + random.integer(0, Math.ceil(most / 3)) };
  }).sort((a, b) => a.calledAt - b.calledAt);
  const freeFrom: number[] = [];
  return times.map(({ calledAt, answeredAt }, index) => {
    const isInfo = random.chance(0.2);
    const end = isInfo ? Number.POSITIVE_INFINITY : answeredAt;
    const free = freeFrom.findIndex((from) => from <= calledAt);
    const process = free >= 0 && random.chance(0.7) ? free : freeFrom.length;
    freeFrom[process] = end;
    return { process, calledAt, answeredAt: end, line: index + 1, type: isInfo ? "info" : "ok" };
  });
}

export function smallRegisterHistory(random: Random): Operation[] {
  return smallCalls(random).map((base): Operation => {
    const key = random.pick(["x", "x", "y"]);
    const f = random.pick(["read", "write", "cas"]);
    const value = { key, value: random.integer(0, 2), from: random.integer(0, 2), to: random.integer(0, 2) };
    const answer = f === "read" ? { key, value: random.pick([null, 0, 1, 2]) } : {};
    return { ...base, f, value, ...(base.type === "ok" && { answer }) };
  });
}

/** Who holds a lock tends to release it, so that some of the histories can be explained. */
export function smallMutexHistory(random: Random): Operation[] {
  const holds = new Set<number>();
  const withTokens = random.chance(0.5);
  return smallCalls(random).map((base, index): Operation => {
    const f = holds.has(base.process) && random.chance(0.9) ? "release" : "acquire";
    if (f === "acquire") holds.add(base.process);
    else holds.delete(base.process);
    const answer = withTokens ? { token: index + random.integer(0, 2) } : {};
    return { ...base, f, value: { lock: "lamp" }, ...(base.type === "ok" && { answer }) };
  });
}
