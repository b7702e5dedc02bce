import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import type { Checkpoint } from "../../src/checkpoint.ts";
import { toShopError } from "../../src/http/problems.ts";
import { openWorkbench } from "../workbench.ts";
import { buyersInLine, failureOf, unitsOf } from "./buyers-in-line.ts";

const bench = openWorkbench();
afterAll(() => bench.close());
const { batchOf, order } = buyersInLine(bench);

/** Has PostgreSQL refuse this buyer's orders with `sqlState` until `work` is done. */
async function whileRefused<T>(buyerId: string, sqlState: string, work: () => Promise<T>): Promise<T> {
  const name = `refuse_${buyerId.replaceAll("-", "")}`;
  await bench.database.$executeRawUnsafe(`
    CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'nobody foresaw this' USING ERRCODE = '${sqlState}'; END $$`);
  try {
    await bench.database.$executeRawUnsafe(`
      CREATE TRIGGER ${name} BEFORE INSERT ON orders FOR EACH ROW
      WHEN (NEW.buyer_id = '${buyerId}') EXECUTE FUNCTION ${name}()`);
    return await work();
  } finally {
    await bench.database.$executeRawUnsafe(`DROP FUNCTION ${name} CASCADE`);
  }
}

test.each([
  ["a violated constraint", "23514"],
  ["a value out of range", "22003"],
  ["a trigger's own exception", "P0001"],
])(
  "one order of 16 is refused for %s: its buyer alone hears of it, the others are served in order",
  async (_, state) => {
    const sku = await bench.product(14);
    const bad = { buyerId: randomUUID(), idempotencyKey: "again" };
    const answers = await whileRefused(bad.buyerId, state, () =>
      batchOf(Array.from({ length: 16 }, (_, index) => order(sku, index === 5 ? bad : {}))),
    );
    const others = answers.toSpliced(5, 1);
    expect(others.map((answer) => unitsOf(answer)[0])).toEqual([
      ...Array.from({ length: 14 }, (_, i) => i + 1),
      undefined,
    ]);
    expect(others[14]).toMatchObject({ value: { outcome: "sold-out", left: 0 } });
    expect(toShopError(failureOf(answers[5])).code).toBe("INTERNAL_ERROR");

    const movements = await bench.movements(sku);
    expect(movements.map(({ version, unitNumbers }) => [version, ...unitNumbers])).toEqual(
      Array.from({ length: 14 }, (_, index) => [index + 1, index + 1]),
    );
    const told = others.flatMap((answer) =>
      answer.status === "fulfilled" && answer.value.outcome === "reserved" ? [answer.value.order.id] : [],
    );
    expect(movements.map(({ orderId }) => orderId)).toEqual(told);
    expect(await bench.database.order.count({ where: { lines: { some: { sku } } } })).toBe(14);
    expect(await bench.stock(sku)).toMatchObject({ stock: 0, version: 14 });
    // Of 16, 8, 4 and 2, the half without the bad one was written at once: bisected, and not one by one.
    expect(await bench.transactionsOf(sku)).toHaveLength(4);
  },
);

test("a refused order's key is free: sent again, it is served", async () => {
  const sku = await bench.product(3);
  const bad = { buyerId: randomUUID(), idempotencyKey: "again" };
  const answers = await whileRefused(bad.buyerId, "23514", () =>
    batchOf([order(sku, bad), order(sku, bad), order(sku)]),
  );
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  expect(await bench.order("group-commit", sku, bad)).toMatchObject({ outcome: "reserved", replayed: false });
  expect((await bench.stock(sku)).stock).toBe(1);
});

test("two bad orders side by side: both are refused, and those around them are served", async () => {
  const sku = await bench.product(9);
  const buyerId = randomUUID();
  const answers = await whileRefused(buyerId, "23514", () =>
    batchOf(Array.from({ length: 7 }, (_, index) => order(sku, index === 3 || index === 4 ? { buyerId } : {}))),
  );
  expect(answers.map((answer) => unitsOf(answer))).toEqual([[1], [2], [3], [], [], [4], [5]]);
  expect(await bench.stock(sku)).toMatchObject({ stock: 4, version: 5 });
});

test("an order that the code itself cannot price is refused alone", async () => {
  const sku = await bench.product(3);
  const [first, bad, third] = await batchOf([order(sku), order(sku, { products: new Map() }), order(sku)]);
  expect([unitsOf(first), unitsOf(third)]).toEqual([[1], [2]]);
  expect(toShopError(failureOf(bad)).code).toBe("INTERNAL_ERROR");
});

test("what is wrong with all of them is told to all after one attempt, and nothing is written", async () => {
  const sku = await bench.product(5);
  const buyerId = randomUUID();
  let reads = 0;
  const countReads: Checkpoint = async (name) => {
    if (name === "read") reads += 1;
  };
  // 25006: a database that only reads, as after a failover.
  const answers = await whileRefused(buyerId, "25006", () =>
    batchOf(Array.from({ length: 4 }, () => order(sku, { buyerId }, countReads))),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
  expect(reads).toBe(4);
  expect(await bench.stock(sku)).toMatchObject({ stock: 5, version: 0 });
  // Whoever comes now may come before the lock was released, and has no part in what failed the others.
  const next = await bench.order("group-commit", sku);
  expect(next).toMatchObject({ outcome: "reserved", order: { lines: [{ unitNumbers: [1] }] } });
});

test("a half that was committed is told so, although the other one fails for all that are left", async () => {
  const sku = await bench.product(5);
  const [bad, last] = [{ buyerId: randomUUID() }, { buyerId: randomUUID() }];
  const answers = await whileRefused(bad.buyerId, "23514", () =>
    // 25006 is nobody's own fault: it ends the batch.
    whileRefused(last.buyerId, "25006", () => batchOf([order(sku), order(sku), order(sku, bad), order(sku, last)])),
  );
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "rejected"]);
  expect(answers.map(unitsOf)).toEqual([[1], [2], [], []]);
  expect(await bench.stock(sku)).toMatchObject({ stock: 3, version: 2 });
});
