import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { testCards } from "../../src/checkout/simulated-provider.ts";
import { call, createRun, eventually, newBuyer, replicaUrl, verdictOf } from "../system.ts";
import { openWorkbench } from "../workbench.ts";

type Buyer = Awaited<ReturnType<typeof newBuyer>>;

const bench = openWorkbench();
afterAll(() => bench.close());

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

describe.each([["row-lock"], ["redlock+row-lock"], ["serializable"], ["group-commit"]])(
  "a key sent again under %s",
  (strategy) => {
    const accepted = { body: { card: testCards.accepted } };

    test.each([
      ["paid", (buyer: Buyer, id: string) => buyer.call("POST", `/api/orders/${id}/pay`, accepted)],
      ["cancelled", (buyer: Buyer, id: string) => buyer.call("POST", `/api/orders/${id}/cancel`)],
      ["expired", (_buyer: Buyer, id: string) => expire(id)],
    ])(
      "an order that is %s since: the same order in that state, marked as replayed, from every replica",
      async (status, act) => {
        const run = await createRun(strategy, 10);
        const buyer = await newBuyer();
        const headers = { cookie: buyer.cookie, "idempotency-key": randomUUID() };
        const place = (replica: number) =>
          call("POST", `${replicaUrl(replica)}/api/checkout`, { body: cartOf(run.sku), headers });
        const first = await place(0);
        expect([first.body.status, first.headers.get("idempotency-replayed")]).toEqual(["reserved", null]);
        await act(buyer, first.body.id);
        const path = `/api/orders/${first.body.id}`;
        const present = await eventually(async () => {
          const { body } = await buyer.call("GET", path);
          return body.status === status && body;
        }, `the order is ${status}`);

        const answers = await Promise.all([0, 1, 2, 0, 1, 2].map(place));
        for (const again of answers) {
          expect([again.status, again.headers.get("location")]).toEqual([201, path]);
          expect(again.headers.get("idempotency-replayed")).toBe("true");
          expect(again.body).toEqual(present);
        }
        expect((await verdictOf(run.id)).orders).toBe(1);
      },
    );
  },
);

/** The reservation's time is over now, and the sweeper ends it. */
const expire = (id: string) => bench.database.$executeRaw`UPDATE orders SET expires_at = now() WHERE id = ${id}::uuid`;
