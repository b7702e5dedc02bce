import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import type { Placed } from "../../src/checkout/order-request.ts";
import { placeOrder } from "../../src/checkout/place-order.ts";
import { toShopError } from "../../src/http/problems.ts";
import type { Checkpoint, CheckpointName } from "../../src/inventory/checkpoint.ts";
import { openStrategy } from "../../src/inventory/registry.ts";
import { openWorkbench } from "../workbench.ts";
import { buyersInLine, failureOf, unitsOf } from "./buyers-in-line.ts";

const bench = openWorkbench();
afterAll(() => bench.close());
const { batchOf, shopBatch, order } = buyersInLine(bench);

const failAt =
  (point: CheckpointName): Checkpoint =>
  async (name) => {
    if (name === point) throw new Error(`gone at ${point}`);
  };

test("20 buyers in line for 15 units: one transaction, served in order of arrival, the last five told the truth", async () => {
  const sku = await bench.product(15);
  const answers = await batchOf(
    sku,
    Array.from({ length: 20 }, () => order(sku)),
  );
  expect(answers.map((answer) => unitsOf(answer)[0])).toEqual([
    ...Array.from({ length: 15 }, (_, index) => index + 1),
    ...Array(5).fill(undefined),
  ]);
  expect(answers.slice(15).map((answer) => answer.status === "fulfilled" && answer.value.outcome)).toEqual(
    Array(5).fill("sold-out"),
  );
  expect(await bench.transactionsOf(sku)).toHaveLength(1);
  expect((await bench.movements(sku)).map((movement) => movement.version)).toEqual(
    Array.from({ length: 15 }, (_, index) => index + 1),
  );
  expect(await bench.stock(sku)).toMatchObject({ stock: 0, nextUnit: 16, version: 15 });
});

test("the same key twice in one batch is one order; with another cart it is refused alone", async () => {
  const sku = await bench.product(5);
  const same = { buyerId: randomUUID(), idempotencyKey: "one" };
  const more = { ...same, lines: [{ sku, quantity: 2 }] };
  const [first, second, other, bystander] = await batchOf(sku, [
    order(sku, same),
    order(sku, same),
    order(sku, more),
    order(sku),
  ]);
  expect(first).toMatchObject({ value: { replayed: false } });
  expect(second).toMatchObject({ value: { replayed: true, order: { lines: [{ unitNumbers: [1] }] } } });
  expect(failureOf(other)).toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
  expect(unitsOf(bystander)).toEqual([2]);
  expect((await bench.stock(sku)).stock).toBe(3);
});

test("names and keys with quotes, braces, commas and backslashes are written as they are", async () => {
  const sku = await bench.product(2);
  const strange = String.raw`"No. 7", {so-called} \ 'NULL'`;
  const same = { buyerId: randomUUID(), idempotencyKey: strange };
  const products = new Map([[sku, { sku, name: strange, priceCents: 100 }]]);
  const [first, plain] = await batchOf(sku, [order(sku, { ...same, products }), order(sku)]);
  expect([unitsOf(first), unitsOf(plain)]).toEqual([[1], [2]]);
  const again = await bench.order("group-commit", sku, { ...same, products });
  expect(again).toMatchObject({ replayed: true, order: { lines: [{ name: strange, unitNumbers: [1] }] } });
});

test("a key that got its order elsewhere while its buyer stood in line: that order again, and nothing more is taken", async () => {
  const sku = await bench.product(5);
  const same = { buyerId: randomUUID(), idempotencyKey: "one" };
  let before: Placed | undefined;
  const [again, bystander] = await batchOf(sku, [order(sku, same), order(sku)], async () => {
    before = await bench.order("row-lock", sku, same);
  });
  expect(again).toMatchObject({ value: { ...before, replayed: true } });
  expect(unitsOf(bystander)).toEqual([2]);
});

test.each<CheckpointName>(["locked", "read", "checked", "written"])(
  "one who breaks off at `%s` takes nothing, and the others of the batch are served",
  async (point) => {
    const sku = await bench.product(2);
    const [first, broken, third] = await batchOf(sku, [order(sku), order(sku, {}, failAt(point)), order(sku)]);
    expect(failureOf(broken)).toMatchObject({ message: `gone at ${point}` });
    expect([unitsOf(first), unitsOf(third)]).toEqual([[1], [2]]);
    expect((await bench.movements(sku)).flatMap((movement) => movement.unitNumbers)).toEqual([1, 2]);
  },
);

test("one whose connection is gone before the line is let in is not sold anything", async () => {
  const sku = await bench.product(5);
  const gone = new AbortController();
  const leaving = order(sku, { gone: gone.signal }, async (name) => {
    if (name === "waiting") setImmediate(() => gone.abort());
  });
  const [, second] = await batchOf(sku, [leaving, order(sku)]);
  expect(unitsOf(second)).toEqual([1]);
  expect((await bench.stock(sku)).stock).toBe(4);
});

test("the lease is lost in the middle of a batch: nothing of it is committed, everybody is told so, and the next ones are served", async () => {
  const sku = await bench.product(5);
  const impatient = openWorkbench({}, { lockTtlMs: 300 });
  try {
    const buy = (checkpoint: Checkpoint) => impatient.order("group-commit", sku, {}, checkpoint);
    const first = buy(async (name) => {
      if (name !== "written") return;
      await Promise.all(bench.lockNodes.map((node) => node.set(`lock:stock:${sku}`, "a stranger", "PX", 1_000)));
      // Longer than the lease can be trusted without an extension, and none is possible any more.
      await new Promise((resolve) => setTimeout(resolve, 400));
    });
    await expect(first).rejects.toMatchObject({ name: "LeaseLost" });
    expect(await bench.movements(sku)).toEqual([]);
    expect(await buy(async () => {})).toMatchObject({ outcome: "reserved" });
  } finally {
    await impatient.close();
  }
});

test("the lock's release is sent before the batch's answers are written", async () => {
  const sku = await bench.product(5);
  const steps: string[] = [];
  const strategy = openStrategy("group-commit", {
    database: bench.database,
    lockNodes: bench.lockNodes,
    settings: { lockTtlMs: 5_000, lockWaitMs: 5_000 },
    around: (store) => ({
      ...store,
      release(lease, options) {
        const released = store.release(lease, options);
        // The guard sends what it was asked at the end of this turn of the event loop, so right before this.
        setImmediate(() => steps.push("sent"));
        return released;
      },
    }),
  });
  const shop = { ...bench.shop, strategy: () => strategy };
  const products = new Map([[sku, { sku, name: "Test", priceCents: 100 }]]);
  const buy = () => placeOrder(shop, { buyerId: randomUUID(), lines: [{ sku, quantity: 1 }], products });
  await Promise.all(
    [buy(), buy()].map(async (order) => {
      expect(await order).toMatchObject({ outcome: "reserved" });
      steps.push("answered");
    }),
  );
  expect(steps.slice(0, 3)).toEqual(["sent", "answered", "answered"]);
});

test("carts of different products in the shop's one line: one transaction, each cart all or nothing, in order", async () => {
  const [a, b, c] = [await bench.product(3), await bench.product(2), await bench.product(10)];
  const answers = await shopBatch([[a], [b, c], [a, b], [c], [a, b], [a]]);
  expect(answers.map(unitsOf)).toEqual([[1], [1, 1], [2, 2], [2], [], [3]]);
  // The fifth wanted b as well, and that was gone: a's last unit went to the sixth.
  expect(answers[4]).toMatchObject({ value: { outcome: "sold-out", sku: b, left: 0 } });
  expect(await bench.transactionsOf(a, b, c)).toHaveLength(1);
  expect([await bench.stock(a), await bench.stock(b), await bench.stock(c)]).toMatchObject([
    { stock: 0, version: 3 },
    { stock: 0, version: 2 },
    { stock: 8, version: 2 },
  ]);
  expect(bench.judge({ [a]: 3, [b]: 2, [c]: 10 }).verdict).toBe("linearizable");
});

test("a product that was taken off the shelf meanwhile: UNKNOWN_SKU for those who wanted it, and for nobody else", async () => {
  const [kept, doomed] = [await bench.product(5), await bench.product(5)];
  const answers = await shopBatch([[kept], [doomed], [kept, doomed], [kept]], () =>
    bench.database.product.delete({ where: { sku: doomed } }),
  );
  expect(answers.map(unitsOf)).toEqual([[1], [], [], [2]]);
  for (const refused of [answers[1], answers[2]]) {
    expect(toShopError(failureOf(refused))).toMatchObject({ code: "UNKNOWN_SKU", extras: { sku: doomed } });
  }
  expect(await bench.transactionsOf(kept)).toHaveLength(1);
  expect(await bench.stock(kept)).toMatchObject({ stock: 3, version: 2 });
  expect(await bench.movements(doomed)).toEqual([]);
});
