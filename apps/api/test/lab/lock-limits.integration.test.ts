import { expect, test } from "vitest";
import { buy, call, eventually, replicaUrl, verdictOf } from "../system.ts";

const DELAY_MS = 2_000;

async function runWith(settings: object): Promise<{ id: string; sku: string }> {
  const { status, body } = await call("POST", `${replicaUrl()}/api/lab/runs`, {
    body: { stock: 1, thinkTimeMs: DELAY_MS, ...settings },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  expect(body).toMatchObject(settings);
  return body;
}

const checkpointsOf = async (id: string) => {
  const response = await fetch(`${replicaUrl()}/api/lab/runs/${id}/events?follow=false`);
  return [...(await response.text()).matchAll(/"checkpoint":"(\w+)"/g)].map(([, name]) => name);
};

/** Sends a buyer, and a second one while the first is between its read and its write. */
async function oneAfterTheOther({ id, sku }: { id: string; sku: string }) {
  const first = buy(sku, 0);
  await eventually(async () => (await checkpointsOf(id)).includes("checked"), "the first buyer has checked the stock");
  const second = buy(sku, 1);
  return Promise.all([first, second]);
}

test("a TTL shorter than the work: the lock expires under its holder, and the unit is sold twice", async () => {
  const run = await runWith({ strategy: "set-nx-naive", lockTtlMs: 100 });
  const answers = await oneAfterTheOther(run);
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(await verdictOf(run.id)).toMatchObject({ unitsOversold: 1, passed: false });
});

test("a TTL longer than the work: the second buyer waits, and is told that it is sold out", async () => {
  const run = await runWith({ strategy: "set-nx-naive", lockTtlMs: 10_000 });
  const answers = await oneAfterTheOther(run);
  expect(answers.map(({ status }) => status)).toEqual([201, 409]);
  expect(await verdictOf(run.id)).toMatchObject({ unitsOversold: 0, passed: true });
});

test("no wait for the lock: the second buyer is told at once that it is busy", async () => {
  const run = await runWith({ strategy: "redlock+row-lock", lockWaitMs: 0 });
  const [first, second] = await oneAfterTheOther(run);
  expect(first.status).toBe(201);
  expect(second).toMatchObject({ status: 503, body: { code: "LOCK_BUSY" } });
});

test("events with follow=false: those so far, and the response ends", async () => {
  const run = await runWith({ strategy: "row-lock", thinkTimeMs: 0 });
  expect(await checkpointsOf(run.id)).toEqual([]);
  await buy(run.sku);
  await eventually(async () => (await checkpointsOf(run.id)).at(-1) === "answered", "the answer is published");
  expect(await checkpointsOf(run.id)).toEqual([
    ...["arrived", "waiting", "locked", "read", "checked", "written", "committed", "answered"],
  ]);
});

test.each([
  { lockTtlMs: 99 },
  { lockTtlMs: 10_001 },
  { lockTtlMs: null },
  { lockWaitMs: -1 },
  { lockWaitMs: 10_001 },
  { lockWaitMs: "1" },
])("%j is refused", async (settings) => {
  const body = { strategy: "redlock", stock: 1, ...settings };
  const reply = await call("POST", `${replicaUrl()}/api/lab/runs`, { body });
  expect(reply).toMatchObject({ status: 422, body: { code: "INVALID_REQUEST" } });
});
