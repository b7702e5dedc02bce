import { describe, expect, test } from "vitest";
import { buy, call, createRun, eventually, replicaUrl, verdictOf } from "../system.ts";

const send = (id: string, body: object) => call("POST", `${replicaUrl()}/api/lab/runs/${id}/buyers`, { body });
const salesOf = async (id: string) => (await call("GET", `${replicaUrl(1)}/api/lab/runs/${id}/sales`)).body;
const ledgerVerdictOf = async (id: string) =>
  (await call("GET", `${replicaUrl(2)}/api/lab/runs/${id}/verdict?history=left-out`)).body;

async function measuredRun(strategy: string, stock = 1_000_000, thinkTimeMs = 0): Promise<{ id: string; sku: string }> {
  const body = { strategy, stock, thinkTimeMs, watchable: false };
  const { status, body: run } = await call("POST", `${replicaUrl()}/api/lab/runs`, { body });
  expect({ status, watchable: run.watchable }).toEqual({ status: 201, watchable: false });
  return run;
}

/** Sends a crowd that asks for a while, and reads the counter when everybody has gone home. */
async function crowd(run: { id: string }, count: number, forMs: number) {
  expect(await send(run.id, { count, forMs })).toMatchObject({ status: 202, body: { count, quantity: 1, forMs } });
  return eventually(async () => {
    const sales = await salesOf(run.id);
    return sales.buyers.answered === count && sales;
  }, `${count} buyers went home`);
}

describe("a crowd that asks for a while", () => {
  test("row-lock: three buyers ask again and again, and the counter agrees with the ledger", async () => {
    const run = await createRun("row-lock", 1_000_000);
    const sales = await crowd(run, 3, 3_000);
    expect(sales.checkouts).toBeGreaterThan(3);
    expect(sales).toMatchObject({ distinctUnits: sales.checkouts, unitsSold: sales.checkouts });
    expect(sales.elapsedMs).toBeGreaterThan(1_000);
    expect(await ledgerVerdictOf(run.id)).toMatchObject({
      buyers: { asked: 3, answered: 3 },
      unitsSold: sales.unitsSold,
      unitsOversold: 0,
      answers: { RESERVED: sales.checkouts },
      passed: true,
    });
    const events = await call("GET", `${replicaUrl()}/api/lab/runs/${run.id}/history`);
    // Each checkout's call and answer, after the line with the initial stock.
    expect(events.body.trim().split("\n")).toHaveLength(1 + 2 * sales.checkouts);
  });

  test("unlocked, 30 buyers: units are sold twice, and each number counts once", async () => {
    const run = await measuredRun("unlocked", 1_000_000, 5);
    const sales = await crowd(run, 30, 1_000);
    const verdict = await ledgerVerdictOf(run.id);
    expect(verdict.unitsOversold).toBeGreaterThan(0);
    expect(sales.unitsSold).toBe(verdict.unitsSold);
    expect(sales.distinctUnits).toBe(verdict.unitsSold - verdict.unitsOversold);
  });

  test("sold out: everybody goes home with one refusal, long before the time is over", async () => {
    const run = await measuredRun("row-lock", 2);
    const began = Date.now();
    const sales = await crowd(run, 5, 10_000);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(sales).toMatchObject({ checkouts: 7, unitsSold: 2, distinctUnits: 2 });
    expect((await ledgerVerdictOf(run.id)).answers).toEqual({ RESERVED: 2, OUT_OF_STOCK: 5 });
  });

  test.each([[99], [10_001], [1.5], ["1000"], [null]])(
    "forMs %j: INVALID_REQUEST, and nobody is sent",
    async (forMs) => {
      const run = await measuredRun("row-lock");
      expect(await send(run.id, { count: 1, forMs })).toMatchObject({ status: 422, body: { code: "INVALID_REQUEST" } });
      expect(await salesOf(run.id)).toEqual({
        checkouts: 0,
        unitsSold: 0,
        distinctUnits: 0,
        elapsedMs: 0,
        buyers: { asked: 0, answered: 0 },
      });
    },
  );
});

describe("a run that is not watchable", () => {
  test("no checkpoints, one answer for each checkout, and the history is judged all the same", async () => {
    const run = await measuredRun("redlock+row-lock");
    const { checkouts } = await crowd(run, 4, 400);
    const events = await call("GET", `${replicaUrl()}/api/lab/runs/${run.id}/events`);
    expect(events).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    const verdict = await verdictOf(run.id);
    expect(verdict).toMatchObject({ linearizable: true, passed: true, answers: { RESERVED: checkouts } });
    expect(verdict.waitingMs.p50).toBeGreaterThan(0);
  });

  test("somebody else's checkout of its product is sold, and kept in the ledger alone", async () => {
    const run = await measuredRun("row-lock", 3);
    expect((await buy(run.sku)).status).toBe(201);
    expect(await salesOf(run.id)).toMatchObject({ checkouts: 0, unitsSold: 0 });
    const verdict = await ledgerVerdictOf(run.id);
    expect(verdict).toMatchObject({ unitsSold: 1, passed: true });
    expect(verdict.answers).toEqual({});
  });
});

test("a verdict without the history: the ledger's, and linearizable is unknown because it was left out", async () => {
  const run = await createRun("unlocked", 1, 50);
  await send(run.id, { count: 10 });
  await eventually(async () => (await salesOf(run.id)).buyers.answered === 10, "10 buyers answered");
  expect(await ledgerVerdictOf(run.id)).toMatchObject({
    passed: false,
    linearizable: "unknown",
    unknownBecause: "The history was left out.",
    counterexample: null,
  });
  expect(await verdictOf(run.id)).toMatchObject({ linearizable: false });
  const asked = await call("GET", `${replicaUrl()}/api/lab/runs/${run.id}/verdict?history=maybe`);
  expect(asked).toMatchObject({ status: 422, body: { code: "INVALID_REQUEST" } });
});

test("the sales of a run that is not there: RUN_NOT_FOUND", async () => {
  const reply = await call("GET", `${replicaUrl()}/api/lab/runs/00000000-0000-4000-8000-000000000000/sales`);
  expect(reply).toMatchObject({ status: 404, body: { code: "RUN_NOT_FOUND" } });
});
