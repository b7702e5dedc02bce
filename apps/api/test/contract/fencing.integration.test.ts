import { randomUUID } from "node:crypto";
import { type Lease, LeaseLost, type LeaseStore, systemClock, withFencingTokens } from "@last-unit/locks";
import { afterAll, expect, test } from "vitest";
import type { Checkpoint } from "../../src/checkpoint.ts";
import { StaleToken } from "../../src/errors.ts";
import { guardedBy } from "../../src/inventory/guarded-by.ts";
import type { StockWrite, Strategy } from "../../src/inventory/strategy.ts";
import { fenced } from "../../src/inventory/writes/fenced.ts";
import { readCheckWrite } from "../../src/inventory/writes/read-check-write.ts";
import { openWorkbench, takeAndWrite } from "../workbench.ts";

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

const strategyOf = (store: LeaseStore, write: StockWrite = fenced, clock = systemClock): Strategy =>
  guardedBy("test", store, write, bench.database.pool, { lockTtlMs: 60_000, lockWaitMs: 1_000, clock });

const takeOne = (strategy: Strategy, sku: string, beforeWriting: () => Promise<void> = async () => {}) => {
  const checkpoint: Checkpoint = async (name) => {
    if (name === "checked") await beforeWriting();
  };
  return strategy.change([sku], checkpoint, (session) => takeAndWrite(session, sku, checkpoint));
};

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
  expect(await newer).toMatchObject({ outcome: "taken", changes: [{ unitNumbers: [1], fencingToken: 34n }] });
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
  expect(sold).toMatchObject([{ changes: [{ unitNumbers: [1] }] }, { changes: [{ unitNumbers: [1] }] }]);
});

test("the process stalls past its lease, and no timer has run yet when it checks: nothing is written", async () => {
  const sku = await bench.product(5);
  let stalledMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + stalledMs };
  const door = openDoor([1n]);
  const expiring: LeaseStore = {
    ...door,
    async acquire(...ask) {
      const until = clock.now() + 60_000;
      return { ...(await door.acquire(...ask)), remainingMs: () => until - clock.now() };
    },
  };
  const stalled = takeOne(strategyOf(expiring, readCheckWrite, clock), sku, async () => {
    stalledMs = 120_000;
  });
  await expect(stalled).rejects.toBeInstanceOf(LeaseLost);
  expect((await bench.stock(sku)).stock).toBe(5);
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

test("both Redlock guards: a token of either fences off an older holder of the other", async () => {
  const sku = await bench.product(4);
  for (const strategy of ["redlock+fencing", "quorum+fencing", "redlock+fencing"]) {
    await bench.buy(strategy, [{ sku, quantity: 1 }]);
  }
  const tokens = (await bench.movements(sku)).map((movement) => Number(movement.fencingToken));
  expect(tokens).toEqual([...new Set(tokens)].sort((x, y) => x - y));
  // The issuer of the tokens, as replicas of an earlier version name it.
  const { fence } = await bench.stock(sku);
  expect(await bench.stock(sku)).toMatchObject({ stock: 1, fenceGuard: "redlock" });
  // A holder of the other guard, whose token is older than the one in the row.
  const old = strategyOf(openDoor([fence - 1n], "redlock"));
  await expect(takeOne(old, sku)).rejects.toBeInstanceOf(StaleToken);
});
