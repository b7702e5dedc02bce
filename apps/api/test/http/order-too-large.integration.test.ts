import { afterAll, expect, test } from "vitest";
import { buy, call, createRun, replicaUrl, verdictOf } from "../system.ts";
import { openWorkbench } from "../workbench.ts";

const bench = openWorkbench();
afterAll(() => bench.close());

/** The most that a price, and an order's total, can be. */
const MOST_CENTS = 2_147_483_647;

const reprice = (sku: string, priceCents: number) =>
  bench.database.product.update({ where: { sku }, data: { priceCents } });
const checkout = (items: { sku: string; quantity: number }[]) =>
  call("POST", `${replicaUrl()}/api/checkout`, { body: { items } });

test.each(["unlocked", "row-lock", "redlock+row-lock", "group-commit"])(
  "%s: an order that costs more than its column holds is refused, and one cent less is sold",
  async (strategy) => {
    const { id, sku } = await createRun(strategy, 3);
    await reprice(sku, MOST_CENTS);
    const refused = await checkout([{ sku, quantity: 2 }]);
    expect(refused).toMatchObject({ status: 422, body: { code: "ORDER_TOO_LARGE", totalCents: 2 * MOST_CENTS } });
    expect(await bench.movements(sku)).toEqual([]);
    expect(await buy(sku)).toMatchObject({ status: 201, body: { totalCents: MOST_CENTS } });
    expect(await verdictOf(id)).toMatchObject({ passed: true, linearizable: true, unitsSold: 1, stock: 2 });
  },
);

test("the sum of a cart's lines counts, and the cart is refused with all of them", async () => {
  const skus = [await bench.product(5), await bench.product(5)];
  for (const sku of skus) await reprice(sku, 1_073_741_824);
  const refused = await checkout(skus.map((sku) => ({ sku, quantity: 1 })));
  expect(refused).toMatchObject({ status: 422, body: { code: "ORDER_TOO_LARGE" } });
  for (const sku of skus) expect(await bench.stock(sku)).toMatchObject({ stock: 5, version: 0 });
});
