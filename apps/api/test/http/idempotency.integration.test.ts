import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { call, createRun, newBuyer, replicaUrl, verdictOf } from "../system.ts";

const cartOf = (sku: string, quantity = 1) => ({ items: [{ sku, quantity }] });

test.each([
  ["with a cookie", true],
  ["without a cookie: its first answer never arrived", false],
])("the same key 20 times at once through three replicas, %s: one order, 20 equal answers", async (_what, known) => {
  const run = await createRun("redlock+row-lock", 10);
  const headers: Record<string, string> = { "idempotency-key": randomUUID() };
  if (known) headers.cookie = (await newBuyer()).cookie;
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      call("POST", `${replicaUrl(index)}/api/checkout`, { body: cartOf(run.sku), headers }),
    ),
  );
  expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(201));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
  expect(await verdictOf(run.id)).toMatchObject({ orders: 1, unitsSold: 1, stock: 9, passed: true });

  const other = await call("POST", `${replicaUrl(1)}/api/checkout`, { body: cartOf(run.sku, 2), headers });
  expect([other.status, other.body.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
  expect((await verdictOf(run.id)).orders).toBe(1);
});

test("the same key under `unlocked`, the worst case: one order all the same", async () => {
  const run = await createRun("unlocked", 10, 20);
  const { cookie } = await newBuyer();
  const headers = { cookie, "idempotency-key": randomUUID() };
  await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      call("POST", `${replicaUrl(index)}/api/checkout`, { body: cartOf(run.sku), headers }),
    ),
  );
  expect(await verdictOf(run.id)).toMatchObject({ orders: 1, stock: 9 });
});

test("two buyers may choose the same key", async () => {
  const run = await createRun("row-lock", 10);
  const headers = { "idempotency-key": "my-first-order" };
  for (const buyer of [await newBuyer(), await newBuyer()]) {
    expect((await buyer.call("POST", "/api/checkout", { body: cartOf(run.sku), headers })).status).toBe(201);
  }
  expect((await verdictOf(run.id)).orders).toBe(2);
});

test("the answer stays the same after the order was cancelled", async () => {
  const run = await createRun("row-lock", 10);
  const buyer = await newBuyer();
  const headers = { "idempotency-key": randomUUID() };
  const place = () => buyer.call("POST", "/api/checkout", { body: cartOf(run.sku), headers });
  const first = await place();
  await buyer.call("POST", `/api/orders/${first.body.id}/cancel`);
  const again = await place();
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
});
