import { checkHistory, type HistoryEvent } from "@last-unit/checker";
import type { BuyerRequest, Outcome } from "../messages.ts";
import { letterOf } from "../spec.ts";
import type { Rows } from "./practice-database.ts";

/** One call of checkout, as its caller saw it. */
export interface Called {
  readonly request: BuyerRequest;
  /** Its place in the sequence of all calls' beginnings and ends; the end is absent if no answer came. */
  readonly begunAt: number;
  readonly endedAt?: number;
  /** Absent if the answer was lost. */
  readonly outcome?: Outcome;
  /** How many connections it had not released when it ended. */
  readonly unreleased: number;
}

export interface Judged {
  readonly initial: Readonly<Record<string, number>>;
  /** In the sequence of the buyers' letters. */
  readonly calls: readonly Called[];
  readonly rows: Rows;
}

/** Says what is wrong after an execution, in a sentence each. Empty if everything is right. */
export function judge(judged: Judged): string[] {
  const wrong = [
    ...failedCalls(judged),
    ...unitsSold(judged),
    ...ordersAndAnswers(judged),
    ...oneOrderForEachKey(judged),
    ...leftBehind(judged),
  ];
  // Whatever is wrong already makes the answers wrong as well, and says more clearly why.
  return wrong.length > 0 ? wrong : answersAgainstHistory(judged);
}

type Quantities = Map<string, number>;

function failedCalls({ calls }: Judged): string[] {
  return calls.flatMap(({ outcome }, index) => {
    const letter = letterOf(index);
    if (outcome?.kind === "threw") return [`${letter}'s checkout failed: ${outcome.text}.`];
    if (outcome?.kind !== "invalid") return [];
    return [
      `${letter}'s checkout returned ${outcome.text}. An answer is { outcome: "reserved", orderId } or { outcome: "sold-out" }.`,
    ];
  });
}

function unitsSold({ initial, rows }: Judged): string[] {
  const sold = rows.orders.reduce<Quantities>((sum, { items }) => add(sum, quantitiesOf(items)), new Map());
  return Object.keys(initial).flatMap((sku) => {
    const there = initial[sku] ?? 0;
    const [left, gone] = [rows.stock[sku], sold.get(sku) ?? 0];
    if (gone > there) return [`Oversold: ${units(there, sku)} in stock at first, but the orders hold ${gone}.`];
    if (left === undefined) return [`The row of ${sku} is missing in stock.`];
    if (left === there - gone) return [];
    const should = `${there} at first, ${gone} in orders, so ${there - gone} should be left`;
    return [`The stock row of ${sku} says ${left}, but there were ${should}.`];
  });
}

function ordersAndAnswers({ calls, rows }: Judged): string[] {
  const wrong: string[] = [];
  const told = new Set<number>();
  for (const [index, { request, outcome }] of calls.entries()) {
    if (outcome?.kind !== "reserved") continue;
    told.add(outcome.orderId);
    const order = rows.orders.find(({ id }) => id === outcome.orderId);
    const letter = letterOf(index);
    if (!order) wrong.push(`${letter} was told that order ${outcome.orderId} is reserved, but there is no such order.`);
    else if (order.buyerId !== request.buyerId || !same(quantitiesOf(order.items), quantitiesOf(request.items))) {
      const items = JSON.stringify(order.items);
      wrong.push(`Order ${order.id} is not what ${letter} asked for: it is ${order.buyerId}'s, and holds ${items}.`);
    }
  }
  const mayBeUntold = new Set(calls.filter(({ outcome }) => !outcome).map(({ request }) => request.buyerId));
  for (const { id, buyerId } of rows.orders) {
    if (!told.has(id) && !mayBeUntold.has(buyerId)) {
      wrong.push(`Order ${id} exists, but its buyer was not told that it is reserved.`);
    }
  }
  return wrong;
}

/** A key stands for one wish: however often it is sent, there is one order, and one answer. */
function oneOrderForEachKey({ calls, rows }: Judged): string[] {
  const wrong: string[] = [];
  for (const buyerId of new Set(calls.map(({ request }) => request.buyerId))) {
    const keys = new Set(
      calls.filter(({ request }) => request.buyerId === buyerId).map((call) => call.request.idempotencyKey),
    );
    const orders = rows.orders.filter((order) => order.buyerId === buyerId).length;
    if (orders > keys.size) {
      wrong.push(`${buyerId} sent ${counted(keys.size, "idempotency key")}, but has ${counted(orders, "order")}.`);
    }
  }
  const orderOfKey = new Map<string, number>();
  for (const [key, own] of callsByKey(calls)) {
    const ids = new Set(own.flatMap(({ outcome }) => (outcome?.kind === "reserved" ? [outcome.orderId] : [])));
    if (ids.size > 1) wrong.push(`Requests with one idempotency key were given the orders ${[...ids].join(" and ")}.`);
    if (ids.size > 0 && own.some(({ outcome }) => outcome?.kind === "sold-out")) {
      wrong.push(`A request was told "sold out", although its idempotency key has order ${[...ids][0]}.`);
    }
    for (const id of ids) {
      const other = [...orderOfKey].find(([, theirs]) => theirs === id);
      if (other) wrong.push(`The keys ${other[0]} and ${key} were given the same order ${id}.`);
      orderOfKey.set(key, id);
    }
  }
  return wrong;
}

/** Was every answer right at some moment of its call? The history checker decides. */
function answersAgainstHistory({ initial, calls, rows }: Judged): string[] {
  const events: { at: number; event: HistoryEvent }[] = [];
  let process = 0;
  for (const [, own] of callsByKey(calls)) {
    // Retries are one wish, which lasts from the first request to the last answer.
    const begunAt = Math.min(...own.map((call) => call.begunAt));
    const endedAt = Math.max(...own.map((call) => call.endedAt ?? 0));
    const answer = own
      .map(({ outcome }) => outcome)
      .find((each) => each?.kind === "reserved" || each?.kind === "sold-out");
    const lines = own[0]?.request.items ?? [];
    const isOrdered = rows.orders.some(({ buyerId }) => buyerId === own[0]?.request.buyerId);
    if (!answer && !isOrdered) continue;
    const common = { time: 0, process, f: "reserve", value: { lines } };
    process += 1;
    events.push({ at: begunAt, event: { ...common, type: "invoke" } });
    if (!answer) events.push({ at: Number.MAX_SAFE_INTEGER, event: { ...common, type: "info" } });
    else {
      const value = { lines, outcome: answer.kind };
      events.push({ at: endedAt, event: { ...common, type: "ok", value } });
    }
  }
  const history = events.sort((a, b) => a.at - b.at).map(({ event }) => event);
  const { verdict } = checkHistory(history, { model: "stock", initial });
  if (verdict !== "not-linearizable") return [];
  for (const [index, { request, outcome }] of calls.entries()) {
    const wanted = [...quantitiesOf(request.items)];
    if (outcome?.kind === "sold-out" && wanted.every(([sku, quantity]) => (rows.stock[sku] ?? 0) >= quantity)) {
      const left = wanted.map(([sku]) => units(rows.stock[sku] ?? 0, sku)).join(", ");
      return [
        `${letterOf(index)} was told "sold out", although there was enough during the whole checkout. Left: ${left}.`,
      ];
    }
  }
  return ["No sequence of the checkouts explains the answers: a buyer was refused, or served, at no moment rightly."];
}

function leftBehind({ calls, rows }: Judged): string[] {
  const unreleased = calls.flatMap(({ unreleased: count }, index) =>
    count > 0 ? [`${letterOf(index)} has not released ${counted(count, "connection")} to the pool.`] : [],
  );
  return [...unreleased, ...rows.left.map((what) => `Left behind after the answers: ${what}.`)];
}

function callsByKey(calls: readonly Called[]): Map<string, Called[]> {
  const byKey = new Map<string, Called[]>();
  for (const call of calls) {
    const key = call.request.idempotencyKey;
    byKey.set(key, [...(byKey.get(key) ?? []), call]);
  }
  return byKey;
}

/** The quantity of each SKU. What is no cart holds nothing. */
function quantitiesOf(items: unknown): Quantities {
  const lines = Array.isArray(items) ? items : [];
  return lines.reduce<Quantities>((sum, line: { sku?: unknown; quantity?: unknown } | null) => {
    const isLine = typeof line?.sku === "string" && Number.isInteger(line.quantity);
    return isLine ? add(sum, new Map([[line.sku as string, line.quantity as number]])) : sum;
  }, new Map());
}

function add(a: Quantities, b: Quantities): Quantities {
  const sum = new Map(a);
  for (const [sku, quantity] of b) sum.set(sku, (sum.get(sku) ?? 0) + quantity);
  return sum;
}

const same = (a: Quantities, b: Quantities) =>
  a.size === b.size && [...a].every(([sku, quantity]) => b.get(sku) === quantity);

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
const units = (count: number, sku: string) => counted(count, sku);
