import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import type { Placed } from "../../src/checkout/order.ts";
import type { Checkpoint, CheckpointName } from "../../src/checkpoint.ts";
import { toShopError } from "../../src/http/problems.ts";
import { eventually } from "../system.ts";
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
  const answers = await batchOf(Array.from({ length: 20 }, () => order(sku)));
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

test("buyers who come while a batch waits for the row join it: one transaction", async () => {
  const sku = await bench.product(5);
  const holder = await bench.database.pool.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT FROM stock WHERE sku = $1 FOR UPDATE", [sku]);
  const first = bench.order("group-commit", sku);
  const isWaiting = async () => {
    const { rowCount } = await bench.database.pool.query(
      "SELECT FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0 AND query LIKE '%FOR UPDATE%'",
    );
    return (rowCount ?? 0) > 0;
  };
  await eventually(isWaiting, "the first one's batch waits for the row");
  const later = [bench.order("group-commit", sku), bench.order("group-commit", sku)];
  await new Promise(setImmediate);
  await holder.query("ROLLBACK");
  holder.release();
  const placed = await Promise.all([first, ...later]);
  expect(placed.map((one) => one.outcome === "reserved" && one.order.lines[0]?.unitNumbers)).toEqual([[1], [2], [3]]);
  expect(await bench.transactionsOf(sku)).toHaveLength(1);
});

test("the same key twice in one batch is one order; with another cart it is refused alone", async () => {
  const sku = await bench.product(5);
  const same = { buyerId: randomUUID(), idempotencyKey: "one" };
  const more = { ...same, lines: [{ sku, quantity: 2 }] };
  const [first, second, other, bystander] = await batchOf([
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
  const [first, plain] = await batchOf([order(sku, { ...same, products }), order(sku)]);
  expect([unitsOf(first), unitsOf(plain)]).toEqual([[1], [2]]);
  const again = await bench.order("group-commit", sku, { ...same, products });
  expect(again).toMatchObject({ replayed: true, order: { lines: [{ name: strange, unitNumbers: [1] }] } });
});

test("a key that got its order elsewhere while its buyer stood in line: that order again, and nothing more is taken", async () => {
  const sku = await bench.product(5);
  const same = { buyerId: randomUUID(), idempotencyKey: "one" };
  let before: Placed | undefined;
  const [again, bystander] = await batchOf([order(sku, same), order(sku)], async () => {
    before = await bench.order("row-lock", sku, same);
  });
  expect(again).toMatchObject({ value: { ...before, replayed: true } });
  expect(unitsOf(bystander)).toEqual([2]);
});

test.each<CheckpointName>(["locked", "read", "checked"])(
  "one who breaks off at `%s` takes nothing, and the others of the batch are served",
  async (point) => {
    const sku = await bench.product(2);
    const [first, broken, third] = await batchOf([order(sku), order(sku, {}, failAt(point)), order(sku)]);
    expect(failureOf(broken)).toMatchObject({ message: `gone at ${point}` });
    expect([unitsOf(first), unitsOf(third)]).toEqual([[1], [2]]);
    expect((await bench.movements(sku)).flatMap((movement) => movement.unitNumbers)).toEqual([1, 2]);
  },
);

test("one who breaks off at `written` has an order by then, and is told of it as the others are", async () => {
  const sku = await bench.product(2);
  const [broken, second] = await batchOf([order(sku, {}, failAt("written")), order(sku)]);
  expect([unitsOf(broken), unitsOf(second)]).toEqual([[1], [2]]);
  expect((await bench.movements(sku)).flatMap((movement) => movement.unitNumbers)).toEqual([1, 2]);
});

test("one whose connection is gone before the line is let in is not sold anything", async () => {
  const sku = await bench.product(5);
  const gone = new AbortController();
  const leaving = order(sku, { gone: gone.signal }, async (name) => {
    if (name === "waiting") setImmediate(() => gone.abort());
  });
  const [, second] = await batchOf([leaving, order(sku)]);
  expect(unitsOf(second)).toEqual([1]);
  expect((await bench.stock(sku)).stock).toBe(4);
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
  expect(bench.check({ [a]: 3, [b]: 2, [c]: 10 }).verdict).toBe("linearizable");
});

test("a product that was taken off the shelf meanwhile: UNKNOWN_SKU for those who wanted it, and for nobody else", async () => {
  const [kept, doomed] = [await bench.product(5), await bench.product(5)];
  await bench.database.product.delete({ where: { sku: doomed } });
  const answers = await shopBatch([[kept], [doomed], [kept, doomed], [kept]]);
  expect(answers.map(unitsOf)).toEqual([[1], [], [], [2]]);
  for (const refused of [answers[1], answers[2]]) {
    expect(toShopError(failureOf(refused))).toMatchObject({ code: "UNKNOWN_SKU", extras: { sku: doomed } });
  }
  expect(await bench.transactionsOf(kept)).toHaveLength(1);
  expect(await bench.stock(kept)).toMatchObject({ stock: 3, version: 2 });
  expect(await bench.movements(doomed)).toEqual([]);
});
