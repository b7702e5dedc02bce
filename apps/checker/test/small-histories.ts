import type { Operation } from "../src/history/operation.ts";
import type { Random } from "./random.ts";

export interface SmallHistory {
  readonly operations: readonly Operation[];
  readonly initial: Readonly<Record<string, number>>;
}

/**
 * Up to eight operations on one or two SKUs, at times so few that many of them touch. Half of the histories have answers drawn
 * at random; the others those of a correct shop, where of every second one answer is wrong.
 */
export function smallStockHistory(random: Random): SmallHistory {
  const skus = random.chance(0.3) ? ["a", "b"] : ["a"];
  const initial = Object.fromEntries(skus.map((sku) => [sku, random.integer(0, 4)]));
  const draw = drawStockCall(random, skus, initial);
  const drawn = smallCalls(random).map(draw);
  if (random.chance(0.5)) return { operations: drawn, initial };
  const operations = answeredByShop(random, drawn, initial);
  const wrong = random.chance(0.5) ? random.integer(0, drawn.length - 1) : -1;
  return { operations: operations.map((operation, index) => (index === wrong ? draw(operation) : operation)), initial };
}

function drawStockCall(random: Random, skus: readonly string[], initial: Readonly<Record<string, number>>) {
  const withUnits = random.chance(0.6);
  const namesBack = random.chance(0.5);
  const most = random.pick([1, 2]);
  const numbered = (line: { sku: string; quantity: number }) => ({
    ...line,
    units: Array.from({ length: line.quantity }, () =>
      random.integer(1, (initial[line.sku] as number) + (random.chance(0.1) ? 1 : 0)),
    ),
  });
  return (base: Bare): Operation => {
    const kind = random.pick(["reserve", "reserve", "reserve", "sold-out", "give-back", "read"]);
    const chosen = skus.filter(() => random.chance(0.7));
    const lines = (chosen.length > 0 ? chosen : ["a"]).map((sku) => ({ sku, quantity: random.integer(1, most) }));
    if (kind === "read") {
      const sku = random.pick(skus);
      return {
        ...base,
        f: "read",
        value: { sku },
        answer: answerOf(base, { stock: random.integer(0, initial[sku] as number) }),
      };
    }
    if (kind === "give-back") {
      const isNamed = namesBack && random.chance(0.8);
      return { ...base, f: "give-back", value: { lines: isNamed ? lines.map(numbered) : lines } };
    }
    const isNumbered = withUnits && kind === "reserve" && random.chance(0.9);
    const outcome = kind === "reserve" ? "reserved" : "sold-out";
    const answer = answerOf(base, isNumbered ? { outcome, lines: lines.map(numbered) } : { outcome });
    return { ...base, f: "reserve", value: { lines }, answer };
  };
}

function answerOf({ type }: Bare, answer: unknown): unknown {
  return type === "ok" ? answer : undefined;
}

/** The answers of a shop in which each call takes effect at a moment drawn between its call and its answer. */
function answeredByShop(
  random: Random,
  drawn: readonly Operation[],
  initial: Readonly<Record<string, number>>,
): Operation[] {
  const stock = { ...initial };
  const withUnits = random.chance(0.5);
  const units = new Map(
    Object.entries(initial).map(([sku, n]) => [sku, Array.from({ length: n }, (_, index) => index + 1)]),
  );
  const answers = new Map<Operation, Operation>();
  const moments = drawn
    .map((operation) => ({ operation, at: random.integer(operation.calledAt, Math.min(operation.answeredAt, 60)) }))
    // Of one process and one time the first comes first.
    .sort((a, b) => a.at - b.at || a.operation.line - b.operation.line);
  for (const { operation } of moments) {
    const { f, type } = operation;
    if (type === "info" && random.chance(0.5)) continue;
    if (f === "read") {
      const { sku } = operation.value as { sku: string };
      answers.set(operation, { ...operation, answer: answerOf(operation, { stock: stock[sku] }) });
      continue;
    }
    const { lines } = operation.value as { lines: { sku: string; quantity: number }[] };
    if (f === "give-back") {
      const isOut = ({ sku, quantity }: { sku: string; quantity: number }) =>
        (stock[sku] as number) + quantity <= (initial[sku] as number);
      if (!lines.every(isOut) || withUnits) continue;
      for (const { sku, quantity } of lines) stock[sku] = (stock[sku] as number) + quantity;
      answers.set(operation, operation);
      continue;
    }
    const isThere = lines.every(({ sku, quantity }) => (stock[sku] as number) >= quantity);
    const taken = isThere
      ? lines.map((line) => ({ ...line, units: units.get(line.sku)?.splice(0, line.quantity) }))
      : [];
    for (const { sku, quantity } of taken) stock[sku] = (stock[sku] as number) - quantity;
    const reserved = { outcome: "reserved", ...(withUnits && { lines: taken }) };
    answers.set(operation, { ...operation, answer: answerOf(operation, isThere ? reserved : { outcome: "sold-out" }) });
  }
  // A give-back of what was not out is left out: a correct shop refuses it. What was lost stays as it was.
  return drawn.flatMap((operation) => answers.get(operation) ?? (operation.type === "info" ? operation : []));
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
    const times = { calledAt, answeredAt: end, calledNs: calledAt, answeredNs: end };
    return { process, ...times, line: index + 1, type: isInfo ? "info" : "ok" };
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
