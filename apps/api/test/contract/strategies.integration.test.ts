import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { normaliseCart } from "../../src/checkout/order.ts";
import { type Checkpoint, type CheckpointName, noCheckpoint } from "../../src/checkpoint.ts";
import { openStrategies } from "../../src/inventory/registry.ts";
import type { Strategy } from "../../src/inventory/strategy.ts";
import { strategyNames } from "../../src/inventory/strategy-catalogue.ts";
import { openWorkbench, takeAndWrite } from "../workbench.ts";

const bench = openWorkbench();
afterAll(() => bench.close());

/** Strategies that must fail, and why. One that does not fail is an error as well: a baseline has to show its bug. */
const declaredUnsafe: Record<string, string> = {
  unlocked: "nothing keeps two readers of the same stock apart",
};

/** Unsafe, and still right as long as every holder is done in time: what breaks them is shown in a test of its own. */
const unsafeOnlyWhenSlow: Record<string, string> = {
  "set-nx-naive": "nobody notices that the key expired, and anybody's DEL deletes it",
};

/** A write that decides in one statement never holds a stock that it read. */
const passesRead = (name: keyof typeof bench.strategies) => bench.strategies[name].write !== "conditional-update";

/** Strategies that send COMMIT with the last write: a buyer at `written` has bought. */
const commitsWithItsWrite = (name: keyof typeof bench.strategies) =>
  ["conditional-update", "group-commit"].includes(name);

const sold = async (buyers: Promise<{ outcome: string }>[]) =>
  (await Promise.all(buyers)).filter((answer) => answer.outcome === "reserved").length;

async function unitNumbers(sku: string): Promise<number[]> {
  return (await bench.movements(sku)).flatMap((movement) => movement.unitNumbers).sort((a, b) => a - b);
}

describe.each(strategyNames)("%s", (name) => {
  const unsafe = declaredUnsafe[name];

  beforeEach(async ({ skip }) => {
    const state = await bench.strategies[name].availability();
    if (!state.available) skip(state.reason);
  });

  test("says itself whether it is safe", () => {
    expect(bench.strategies[name].safe).toBe(unsafe === undefined && unsafeOnlyWhenSlow[name] === undefined);
  });

  test("explains itself in four texts", () => {
    for (const text of Object.values(bench.strategies[name].about)) expect(text.length).toBeGreaterThan(20);
  });

  test.runIf(unsafe)("1 unit, 20 buyers who all read before any writes: sold 20 times over", async () => {
    const sku = await bench.product(1);
    const everyoneHasRead = barrier(20);
    const readTogether: Checkpoint = async (checkpoint) => {
      if (checkpoint === "read") await everyoneHasRead();
    };
    const buyers = Array.from({ length: 20 }, () => bench.buy(name, [{ sku, quantity: 1 }], readTogether));
    expect(await sold(buyers)).toBe(20);
    const { verdict, counterexample } = bench.check({ [sku]: 1 });
    expect([verdict, counterexample?.operations.length]).toEqual(["not-linearizable", 2]);
    expect(await unitNumbers(sku)).toEqual(Array(20).fill(1));
    expect((await bench.stock(sku)).stock).toBe(0);
  });

  test.skipIf(unsafe)("1 unit, 20 buyers: exactly one order", async () => {
    const sku = await bench.product(1);
    const buyers = Array.from({ length: 20 }, () => bench.buy(name, [{ sku, quantity: 1 }]));
    expect(await sold(buyers)).toBe(1);
    expect(await unitNumbers(sku)).toEqual([1]);
    expect(bench.check({ [sku]: 1 }).verdict).toBe("linearizable");
  });

  test.skipIf(unsafe)("12 units, 40 buyers: exactly 12 orders, each number once", async () => {
    const sku = await bench.product(12);
    const buyers = Array.from({ length: 40 }, () => bench.buy(name, [{ sku, quantity: 1 }]));
    expect(await sold(buyers)).toBe(12);
    expect(await unitNumbers(sku)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect((await bench.stock(sku)).version).toBe(12);
    expect(bench.check({ [sku]: 12 }).verdict).toBe("linearizable");
  });

  test.skipIf(unsafe)("15 carts {A,B} and 15 carts {B,A}: 30 orders and no deadlock", async () => {
    const a = await bench.product(100);
    const b = await bench.product(100);
    const cart = (...skus: string[]) => normaliseCart(skus.map((sku) => ({ sku, quantity: 2 })));
    const buyers = Array.from({ length: 30 }, (_, index) => bench.buy(name, index % 2 === 0 ? cart(a, b) : cart(b, a)));
    expect(await sold(buyers)).toBe(30);
    expect((await bench.stock(a)).stock).toBe(40);
    expect((await bench.stock(b)).stock).toBe(40);
    expect(bench.check({ [a]: 100, [b]: 100 }).verdict).toBe("linearizable");
  });

  test("a cart is all or nothing: the line that can be served is not taken when the other cannot", async () => {
    const plenty = await bench.product(5);
    const gone = await bench.product(1);
    const lines = normaliseCart([
      { sku: plenty, quantity: 1 },
      { sku: gone, quantity: 2 },
    ]);
    expect(await bench.buy(name, lines)).toMatchObject({ outcome: "sold-out", sku: gone, requested: 2, left: 1 });
    expect((await bench.stock(plenty)).stock).toBe(5);
    expect(await bench.movements(plenty)).toEqual([]);
  });

  const holdingPoints: CheckpointName[] = ["read", "checked", "written"];
  test.each(holdingPoints)("the first buyer is held at `%s` while the second one comes", async (point) => {
    const sku = await bench.product(1);
    const firstIsThere = signal();
    const goOn = signal();
    const secondIsAsFarAsItGets = signal();
    const first = bench.buy(name, [{ sku, quantity: 1 }], async (checkpoint) => {
      if (checkpoint !== point) return;
      firstIsThere.give();
      await goOn.given;
    });
    // A write that decides in one statement passes no `read`: then the first buyer is simply done.
    await Promise.race([first, firstIsThere.given]);
    const second = bench.buy(name, [{ sku, quantity: 1 }], async (checkpoint) => {
      // A guarded second buyer stands at `waiting`; an unguarded one has read and decided, and may then stand at the row.
      if (checkpoint === "waiting" || checkpoint === "checked") secondIsAsFarAsItGets.give();
    });
    await Promise.race([second, secondIsAsFarAsItGets.given]);
    goOn.give();
    // T2 saw stock = 1 in the unlocked case, because T1 had not committed.
    expect(await sold([first, second])).toBe(unsafe ? 2 : 1);
    expect(bench.check({ [sku]: 1 }).verdict).toBe(unsafe ? "not-linearizable" : "linearizable");
  });

  test("the first buyer is held after its commit: the second one is told the truth", async () => {
    const sku = await bench.product(1);
    const committed = signal();
    const goOn = signal();
    const first = bench.buy(name, [{ sku, quantity: 1 }], async (checkpoint) => {
      if (checkpoint !== "committed") return;
      committed.give();
      await goOn.given;
    });
    await committed.given;
    const second = bench.buy(name, [{ sku, quantity: 1 }]);
    goOn.give();
    expect((await second).outcome).toBe("sold-out");
    expect((await first).outcome).toBe("reserved");
  });

  test.each(holdingPoints)(
    "a buyer whose replica breaks at `%s` takes nothing with it, unless it has committed",
    async (point) => {
      const sku = await bench.product(1);
      const passed = new Set<CheckpointName>();
      const broken = bench.buy(name, [{ sku, quantity: 1 }], async (checkpoint) => {
        passed.add(checkpoint);
        if (checkpoint === point) throw new Error("this replica is gone");
      });
      if (!passesRead(name) && point === "read") {
        expect(await sold([broken])).toBe(1);
        expect(passed).not.toContain("read");
        return;
      }
      const hasBought = point === "written" && commitsWithItsWrite(name);
      // A batch tells of an order that it has committed, whatever fails behind it.
      if (hasBought && name === "group-commit") expect((await broken).outcome).toBe("reserved");
      else await expect(broken).rejects.toThrow("this replica is gone");
      expect(await sold([bench.buy(name, [{ sku, quantity: 1 }])])).toBe(hasBought ? 0 : 1);
      expect(await unitNumbers(sku)).toEqual([1]);
    },
  );
});

test.each([
  ["set-nx-naive", [1, 1]],
  ["set-nx", [1]],
] as const)("%s, a holder outlives its lease between its read and its write: units sold %j", async (name, units) => {
  const sku = await bench.product(1);
  const hasRead = signal();
  const goOn = signal();
  const hurried = openStrategies({ ...bench, settings: { lockTtlMs: 150, lockWaitMs: 5_000 } });
  const take = (strategy: Strategy, checkpoint: Checkpoint) =>
    strategy.change([sku], checkpoint, (session) => takeAndWrite(session, sku, checkpoint));
  const slow = take(hurried[name], async (checkpoint) => {
    if (checkpoint !== "checked") return;
    hasRead.give();
    await goOn.given;
  });
  slow.catch(() => {});
  await hasRead.given;
  // Whoever watches the lease extends it, so it has to be taken away: as by a node that forgot it.
  await bench.lockNodes[0]?.del(`lock:stock:${sku}`);
  const next = await take(bench.strategies[name], noCheckpoint);
  // Longer than the slow one's lease: whoever looks at its validity has seen by then that it is gone.
  await new Promise((resolve) => setTimeout(resolve, 300));
  goOn.give();
  const taken = [next, await slow.catch(() => ({ outcome: "lost" as const }))];
  expect(
    taken.flatMap((take) => (take.outcome === "taken" ? take.changes.flatMap(({ unitNumbers }) => unitNumbers) : [])),
  ).toEqual(units);
});

function signal(): { give(): void; given: Promise<void> } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { give, given };
}

/** Lets everybody go on when `parties` have come. */
function barrier(parties: number): () => Promise<void> {
  const open = signal();
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === parties) open.give();
    return open.given;
  };
}
