import { isExhaustive } from "@last-unit/stack/testing";
import { describe, expect, test } from "vitest";
import { strategyNames } from "../../src/inventory/strategy-catalogue.ts";
import { buy, call, createRun, eventually, newBuyer, replicaUrl, system, verdictOf } from "../system.ts";

async function race(strategy: string, stock: number, count: number, thinkTimeMs: number) {
  const run = await createRun(strategy, stock, thinkTimeMs);
  const sent = await call("POST", `${replicaUrl()}/api/lab/runs/${run.id}/buyers`, { body: { count, quantity: 1 } });
  expect(sent.status).toBe(202);
  return eventually(async () => {
    const verdict = await verdictOf(run.id);
    return verdict.buyers.answered === count && verdict;
  }, `${count} buyers answered`);
}

describe("a run with stock 1, 20 buyers and think time 50 ms", () => {
  test("unlocked: sold more than once, and the verdict names the orders", async () => {
    const verdict = await race("unlocked", 1, 20, 50);
    expect(verdict.unitsOversold).toBeGreaterThan(0);
    expect(verdict).toMatchObject({ passed: false, unitsSold: verdict.orders, unitsOversold: verdict.orders - 1 });
    const [first] = verdict.evidence;
    expect(first).toMatchObject({ kind: "unit-sold-twice", unit: 1, message: expect.stringContaining("No. 1") });
    expect(new Set(first.orders).size).toBe(2);
    expect(verdict).toMatchObject({ linearizable: false, counterexample: { svg: expect.stringMatching(/^<svg/) } });
    expect(verdict.counterexample.operations).toBeLessThanOrEqual(3);
    expect(verdict.counterexample.sentences.join(" ")).toMatch(/unit 1\b/);
  });

  test.each(["row-lock", "redlock", "redlock+row-lock"])("%s: one order and 19 refusals, each time", async (name) => {
    for (let round = 0; round < (isExhaustive ? 10 : 3); round += 1) {
      expect(await race(name, 1, 20, 50)).toMatchObject({
        orders: 1,
        unitsSold: 1,
        unitsOversold: 0,
        lostUpdates: 0,
        soldOutTooEarly: 0,
        stock: 0,
        passed: true,
        linearizable: true,
        counterexample: null,
        answers: { RESERVED: 1, OUT_OF_STOCK: 19 },
      });
    }
  });
});

const ROUNDS = isExhaustive ? 10 : 1;

const listed: { name: string; safe: boolean; available: boolean; reason: string | null }[] = (
  await call("GET", `${replicaUrl()}/api/lab/strategies`)
).body;

describe.each(listed.filter((strategy) => strategy.safe))("$name", ({ name, available, reason }) => {
  test(`stock 3 and 100 buyers: exactly 3 sold, ${ROUNDS} times in ${ROUNDS}`, async ({ skip }) => {
    skip(!available, String(reason));
    for (let round = 0; round < ROUNDS; round += 1) {
      const verdict = await race(name, 3, 100, 0);
      expect(verdict).toMatchObject({
        orders: 3,
        unitsSold: 3,
        unitsOversold: 0,
        stock: 0,
        passed: true,
        linearizable: true,
      });
    }
  }, 180_000);
});

test("every strategy names its guard and write, has four texts, and is available or says why not", () => {
  expect(listed.map((strategy) => strategy.name)).toEqual(strategyNames);
  for (const strategy of listed) {
    expect(strategy).toMatchObject({
      guard: expect.stringMatching(/./),
      write: expect.stringMatching(/./),
      reason: strategy.available ? null : expect.stringMatching(/.{20}/),
      about: Object.fromEntries(
        ["idea", "guarantee", "failureMode", "cost"].map((text) => [text, expect.stringMatching(/.{20}/)]),
      ),
    });
  }
});

test("50 carts {A,B} and 50 carts {B,A} at once: 100 orders", async () => {
  const stockOf = async (sku: string) => (await call("GET", `${replicaUrl()}/api/products/${sku}`)).body.stock;
  const before = [await stockOf("screen-print"), await stockOf("reading-lamp")];
  const [a, b] = [
    { sku: "screen-print", quantity: 1 },
    { sku: "reading-lamp", quantity: 1 },
  ];
  const buyers = await Promise.all(Array.from({ length: 10 }, (_, index) => newBuyer(replicaUrl(index))));
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      buyers[index % 10]?.call("POST", "/api/checkout", { body: { items: index % 2 ? [a, b] : [b, a] } }),
    ),
  );
  expect(answers.map((answer) => answer?.status)).toEqual(Array(100).fill(201));
  expect([await stockOf("screen-print"), await stockOf("reading-lamp")]).toEqual(before.map((stock) => stock - 100));
  await Promise.all(
    answers.map((answer, index) => buyers[index % 10]?.call("POST", `/api/orders/${answer?.body.id}/cancel`)),
  );
  expect([await stockOf("screen-print"), await stockOf("reading-lamp")]).toEqual(before);
});

test("the event stream of any replica shows the checkpoints of all", async () => {
  const run = await createRun("redlock+row-lock", 3);
  const stop = new AbortController();
  const live = fetch(`${replicaUrl(1)}/api/lab/runs/${run.id}/events`, { signal: stop.signal });
  await buy(run.sku, 0, { "x-lab-shopper": "A" });
  await buy(run.sku, 2, { "x-lab-shopper": "B" });
  const events = await readEvents(await live, 2);
  stop.abort();
  const lane = (shopper: string) => events.filter((event) => event.shopper === shopper);
  for (const [shopper, replica] of [
    ["A", 0],
    ["B", 2],
  ] as const) {
    expect(lane(shopper).map((event) => event.checkpoint)).toEqual([
      "arrived",
      "waiting",
      "locked",
      "read",
      "checked",
      "written",
      "committed",
      "released",
      "answered",
    ]);
    expect(new Set(lane(shopper).map((event) => event.replica))).toEqual(new Set([system.replicas[replica]?.name]));
  }
  expect(lane("A").find((event) => event.checkpoint === "written")).toMatchObject({ stock: 2, unitNumbers: [1] });
});

test("a shop's product is not in a run, and a run's product is not in the catalogue", async () => {
  const run = await createRun("row-lock", 1);
  const catalogue = (await call("GET", `${replicaUrl()}/api/products`)).body;
  expect(catalogue.map((product: { sku: string }) => product.sku)).not.toContain(run.sku);
  expect((await call("GET", `${replicaUrl()}/api/products/${run.sku}`)).body.stock).toBe(1);
});

test("every strategy is listed with what a reader should know", async () => {
  const strategies = (await call("GET", `${replicaUrl()}/api/lab/strategies`)).body;
  expect(strategies).toContainEqual(
    expect.objectContaining({
      name: "redlock+row-lock",
      guard: "redlock",
      write: "row-lock",
      safe: true,
      default: true,
    }),
  );
  expect(strategies).toContainEqual(expect.objectContaining({ name: "unlocked", guard: "none", safe: false }));
});

interface SeenEvent {
  shopper: string;
  replica: string;
  checkpoint: string;
  [detail: string]: unknown;
}

/** Reads until so many buyers were answered. */
async function readEvents(response: Response, answered: number): Promise<SeenEvent[]> {
  const events: SeenEvent[] = [];
  let text = "";
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    text += new TextDecoder().decode(read.value);
    const messages = text.split("\n\n");
    text = messages.pop() ?? "";
    for (const message of messages) {
      const data = message.split("\n").find((line) => line.startsWith("data: "));
      if (data) events.push(JSON.parse(data.slice("data: ".length)));
    }
    if (events.filter((event) => event.checkpoint === "answered").length === answered) break;
  }
  return events;
}

test("a run's history: every buyer's call and answer, as the buyers saw them", async () => {
  const run = await createRun("row-lock", 3);
  await call("POST", `${replicaUrl()}/api/lab/runs/${run.id}/buyers`, { body: { count: 12, quantity: 1 } });
  await eventually(async () => (await verdictOf(run.id)).buyers.answered === 12, "12 buyers answered");
  const { headers, body } = await call("GET", `${replicaUrl(1)}/api/lab/runs/${run.id}/history`);
  expect(headers.get("content-type")).toContain("application/x-ndjson");
  const [setup, ...events] = body
    .trim()
    .split("\n")
    .map((line: string) => JSON.parse(line));
  expect(setup).toMatchObject({
    process: "nemesis",
    type: "info",
    value: { model: "stock", initial: { [run.sku]: 3 } },
  });
  expect(events).toHaveLength(24);
  const outcomes = events.flatMap((event: { value: { outcome?: string } }) => event.value.outcome ?? []);
  expect(outcomes.sort()).toEqual([...Array(3).fill("reserved"), ...Array(9).fill("sold-out")]);
  const units = events.flatMap((event: { value: { units?: number[] } }) => event.value.units ?? []);
  expect(units.sort()).toEqual([1, 2, 3]);
  expect(events[0].time).toBe(0);
});
