import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { guardedBy } from "../../src/inventory/guarded-by.ts";
import { withFencingTokens } from "../../src/inventory/guards/fencing-tokens.ts";
import { type Lease, LeaseLost, type LeaseStore, StaleToken } from "../../src/inventory/lease-store.ts";
import type { StockWrite, Strategy } from "../../src/inventory/strategy.ts";
import { fenced } from "../../src/inventory/writes/fenced.ts";
import { readCheckWrite } from "../../src/inventory/writes/read-check-write.ts";
import { openWorkbench } from "../workbench.ts";

const bench = openWorkbench();
afterAll(() => bench.close());

/** A guard that lets everybody in, each with the token that the test gives: the worst lock, and the fence alone. */
function openDoor(tokens: bigint[], name = "open-door"): LeaseStore {
  const store: LeaseStore = {
    name,
    safe: false,
    about: fenced.about,
    availability: async () => ({ available: true }),
    acquire: async (resources): Promise<Lease> => ({ resources, owner: randomUUID(), remainingMs: () => 60_000 }),
    extend: async (lease) => lease,
    release: async () => {},
  };
  return withFencingTokens(store, async () => tokens.shift() ?? 0n);
}

const strategyOf = (store: LeaseStore, write: StockWrite = fenced): Strategy =>
  guardedBy("test", store, write, bench.database, { lockTtlMs: 60_000, lockWaitMs: 1_000 });

const takeOne = (strategy: Strategy, sku: string, beforeWriting: () => Promise<void> = async () => {}) =>
  strategy.change(
    [sku],
    async (name) => {
      if (name === "checked") await beforeWriting();
    },
    async ({ take }) => take({ sku, quantity: 1 }),
  );

const refusals = (sku: string) => bench.database.refusedWrite.findMany({ where: { sku } });

test("two inside at once: the older token's write is refused in SQL and recorded, the newer one's lands", async () => {
  const sku = await bench.product(5);
  const strategy = strategyOf(openDoor([33n, 34n]));
  const zombie = takeOne(strategy, sku, async () => {
    expect(await takeOne(strategy, sku)).toMatchObject({ outcome: "taken" });
  });
  await expect(zombie).rejects.toMatchObject({ name: "StaleToken", token: 33n, fence: 34n });
  expect(await bench.stock(sku)).toMatchObject({ stock: 4, version: 1, fence: 34n, fenceGuard: "open-door" });
  expect(await refusals(sku)).toMatchObject([{ guard: "open-door", fencingToken: 33n, fence: 34n }]);
});

test("the older one writes between the newer one's read and write: refused, because the row has seen 34 by then", async () => {
  const sku = await bench.product(5);
  const strategy = strategyOf(openDoor([33n, 34n]));
  let older: Promise<unknown> = Promise.resolve();
  let letOlderWrite = () => {};
  const olderMayWrite = new Promise<void>((resolve) => {
    letOlderWrite = resolve;
  });
  const olderHasRead = new Promise<void>((hasRead) => {
    older = takeOne(strategy, sku, async () => {
      hasRead();
      await olderMayWrite;
    });
    older.catch(() => {});
  });
  await olderHasRead;
  const newer = takeOne(strategy, sku, async () => {
    letOlderWrite();
    await expect(older).rejects.toBeInstanceOf(StaleToken);
  });
  expect(await newer).toMatchObject({ outcome: "taken", change: { unitNumbers: [1], fencingToken: 34n } });
  expect((await bench.stock(sku)).stock).toBe(4);
});

test("a lease that comes with a token below the fence is refused before it reads", async () => {
  const sku = await bench.product(5);
  const strategy = strategyOf(openDoor([34n, 33n]));
  await takeOne(strategy, sku);
  await expect(takeOne(strategy, sku)).rejects.toBeInstanceOf(LeaseLost);
  expect((await bench.stock(sku)).stock).toBe(4);
});

test("the same lease may write twice, and another guard's numbers do not lock the row for ever", async () => {
  const sku = await bench.product(5);
  const strategy = strategyOf(openDoor([34n, 34n]));
  await takeOne(strategy, sku);
  await takeOne(strategy, sku);
  await takeOne(strategyOf(openDoor([2n], "another-door")), sku);
  expect(await bench.stock(sku)).toMatchObject({ stock: 2, fence: 2n, fenceGuard: "another-door" });
});

test("the same two inside, without the fence: both are sold the same unit", async () => {
  const sku = await bench.product(5);
  const strategy = strategyOf(openDoor([33n, 34n]), readCheckWrite);
  const sold: unknown[] = [];
  const zombie = takeOne(strategy, sku, async () => {
    sold.push(await takeOne(strategy, sku));
  });
  sold.push(await zombie);
  expect(sold).toMatchObject([{ change: { unitNumbers: [1] } }, { change: { unitNumbers: [1] } }]);
});

test("Redlock's tokens grow over all its products, and the ledger keeps them", async () => {
  const [a, b] = [await bench.product(3), await bench.product(3)];
  for (const sku of [a, b, a, b]) await bench.buy("redlock+fencing", [{ sku, quantity: 1 }]);
  const tokens = [...(await bench.movements(a)), ...(await bench.movements(b))]
    .sort((x, y) => Number(x.id - y.id))
    .map((movement) => Number(movement.fencingToken));
  expect(tokens).toHaveLength(4);
  expect(tokens).toEqual([...tokens].sort((x, y) => x - y));
  expect(new Set(tokens).size).toBe(4);
});
