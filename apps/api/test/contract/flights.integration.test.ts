import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import type { Checkpoint } from "../../src/checkpoint.ts";
import { type StrategyName, strategyNames } from "../../src/inventory/strategy-catalogue.ts";
import { system } from "../system.ts";
import { openWire } from "../wire.ts";
import { openWorkbench } from "../workbench.ts";

const wire = await openWire(system.postgres.url);
const bench = openWorkbench({}, {}, wire.url);
afterAll(async () => {
  await bench.close();
  wire.close();
});

/** BEGIN and read | order, line, movement, stock row | COMMIT. */
const THREE = 3;
const exceptions: Partial<Record<StrategyName, number>> = {
  "conditional-update": 1,
  // Begin and rows | everything else and COMMIT.
  "group-commit": 2,
};
const fencing = (name: string) => {
  if (!name.endsWith("+fencing")) return 0;
  // Raises the fence; Redlock's tokens come from PostgreSQL as well.
  return /^(redlock|quorum)/.test(name) ? 2 : 1;
};

/** Lets the event loop turn at every step, so that statements which are sent together are sent together by design. */
const observer: Checkpoint = () => new Promise((resolve) => setImmediate(resolve));

describe.each(strategyNames)("%s", (name) => {
  test("the flights of a checkout, and the same statements with and without an observer", async ({ skip }) => {
    const state = await bench.strategies[name].availability();
    if (!state.available) skip(state.reason);
    const sku = await bench.product(20);
    const buy = (checkpoint?: Checkpoint) => bench.buy(name, [{ sku, quantity: 1 }], checkpoint);
    await buy();
    const inTheShop = await wire.during(() => buy());
    const observed = await wire.during(() => buy(observer));
    expect(inTheShop.flights).toBe((exceptions[name] ?? THREE) + fencing(name));
    expect(observed).toEqual(inTheShop);
  });
});

test("an idempotency key costs one flight more, before the lease", async () => {
  const sku = await bench.product(20);
  const withKey = (key: string) => bench.order("redlock+row-lock", sku, { buyerId: randomUUID(), idempotencyKey: key });
  await withKey("first");
  const { flights, statements } = await wire.during(() => withKey("second"));
  expect(flights).toBe(4);
  expect(statements[0]).toContain("FROM unnest");
});

test("a batch costs two flights, however many buyers it has, and one more if any of them has a key", async () => {
  const sku = await bench.product(60);
  const batch = (keys: boolean) =>
    Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        bench.order("group-commit", sku, keys ? { buyerId: randomUUID(), idempotencyKey: `${index}` } : {}),
      ),
    );
  await batch(false);
  expect((await wire.during(() => batch(false))).flights).toBe(2);
  await batch(true);
  expect((await wire.during(() => batch(true))).flights).toBe(3);
});

test("a cart of two products costs one flight more than a cart of one", async () => {
  const [a, b] = [await bench.product(20), await bench.product(20)];
  const lines = [a, b].sort().map((sku) => ({ sku, quantity: 1 }));
  await bench.buy("row-lock", lines);
  expect((await wire.during(() => bench.buy("row-lock", lines))).flights).toBe(4);
});
