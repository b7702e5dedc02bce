import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import type { Placed } from "../../src/checkout/order-request.ts";
import type { Checkpoint, CheckpointName } from "../../src/inventory/checkpoint.ts";
import { redlock } from "../../src/inventory/guards/redlock.ts";
import { eventually } from "../system.ts";
import { openWorkbench } from "../workbench.ts";

const bench = openWorkbench();
afterAll(() => bench.close());
const outside = redlock(bench.lockNodes);

/** Keeps the product locked from outside until everybody of `buyers` stands in line, one behind the other, then lets them in. */
async function batchOf(
  sku: string,
  buyers: ((checkpoint: Checkpoint) => Promise<Placed>)[],
  meanwhile: () => Promise<unknown> = async () => {},
) {
  const lease = await outside.acquire([`lock:stock:${sku}`], { ttlMs: 30_000, waitMs: 1_000 });
  let inLine = 0;
  const counting: Checkpoint = async (name) => {
    if (name === "waiting") inLine += 1;
  };
  const answers: Promise<Placed>[] = [];
  for (const buy of buyers) {
    answers.push(buy(counting));
    await eventually(async () => inLine === answers.length, "the next one stands in line");
  }
  const settled = Promise.allSettled(answers);
  await meanwhile();
  await outside.release(lease);
  return settled;
}

const unitsOf = (answer: PromiseSettledResult<Placed> | undefined) =>
  answer?.status === "fulfilled" && answer.value.outcome === "reserved"
    ? answer.value.order.lines.flatMap((line) => line.unitNumbers)
    : [];
const failureOf = (answer: PromiseSettledResult<Placed> | undefined) =>
  answer?.status === "rejected" ? answer.reason : undefined;
const order = (sku: string, more: Parameters<typeof bench.order>[2] = {}, also: Checkpoint = async () => {}) => {
  return (counting: Checkpoint) =>
    bench.order("group-commit", sku, more, async (name, detail) => {
      await counting(name, detail);
      await also(name, detail);
    });
};
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
  const transactions = await bench.database.$queryRaw`
    SELECT DISTINCT orders.xmin::text FROM orders JOIN order_lines ON order_id = id WHERE sku = ${sku}`;
  expect(transactions).toHaveLength(1);
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
