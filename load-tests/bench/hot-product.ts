import { startReplicas } from "./builds/replicas.ts";
import { buyOneProduct, type Checkouts, unitsOf, unitsPerSecond } from "./checkouts.ts";
import { againstEcho } from "./echo/against-echo.ts";
import type { Bench, Figure, Replicas } from "./figure.ts";
import { besidePgbench } from "./pgbench/pgbench.ts";
import { hotRow } from "./pgbench/scripts.ts";
import { median, ratiosOf, takeTurns } from "./rounds.ts";
import { openShelf } from "./shelf.ts";

const CLIENTS = 128;
const FEW = 16;
const MANY = 800;
const PLAIN_SAFE = ["row-lock", "advisory-lock", "optimistic", "serializable", "conditional-update"];
/** Each system opens up to 60 connections to PostgreSQL, so not all of them can stay open. */
const BEST_COUNT = 2;

/** P1: group commit against the best of the strategies that need nothing but PostgreSQL, on one product. */
export async function measureAgainstPlain(bench: Bench): Promise<Figure> {
  const { best, rates } = await findBest(bench);
  const names = ["group-commit", ...best];
  return withShops(bench, names, async (shops) => {
    const shelves = await Promise.all(names.map(() => openShelf(bench.system.file.postgres.url)));
    const [ours = [], ...plain] = await takeTurns(
      bench,
      shops.map((shop, index) => () => buyOneProduct(bench, shop, shelves[index]?.sku ?? "", CLIENTS)),
    );
    const sides = await Promise.all(
      [ours, ...plain].map((rounds, index) => shelves[index]?.side(names[index] ?? "", rounds, CLIENTS)),
    );
    return {
      id: "P1",
      what: `units sold/s over HTTP on one hot product, ${CLIENTS} clients, group-commit ÷ the best plain safe strategy`,
      goal: { atLeast: 8 },
      ratios: ours.map(
        (round, index) =>
          unitsPerSecond(round) / Math.max(...plain.map((rounds) => unitsPerSecond(rounds[index] as Checkouts))),
      ),
      sides: sides.flatMap((side) => side ?? []),
      notes: [`Of one round each, units/s: ${rates}. The two best took turns with group-commit.`],
    };
  });
}

/** One round of each plain strategy, one after the other. */
async function findBest(bench: Bench): Promise<{ best: string[]; rates: string }> {
  const found: { name: string; rate: number }[] = [];
  for (const name of PLAIN_SAFE) {
    const rate = await withShops(bench, [name], async ([shop]) => {
      const { sku } = await openShelf(bench.system.file.postgres.url);
      return unitsPerSecond(await buyOneProduct(bench, shop as Replicas, sku, CLIENTS));
    });
    found.push({ name, rate });
  }
  found.sort((a, b) => b.rate - a.rate);
  return {
    best: found.slice(0, BEST_COUNT).map(({ name }) => name),
    rates: found.map(({ name, rate }) => `${name} ${Math.round(rate)}`).join(", "),
  };
}

/** P2, P2b and P3: group commit against an echo, against the application without the sale, and against pgbench. */
export const measureGroupCommit = (bench: Bench): Promise<Figure[]> =>
  withShops(bench, ["group-commit"], async ([shop]) => {
    const together = shop as Replicas;
    const { sku, side } = await openShelf(bench.system.file.postgres.url);
    const few = await besidePgbench(bench, hotRow, () => buyOneProduct(bench, together, sku, FEW));
    const p3: Figure = {
      id: "P3",
      what: `group-commit's units/s over HTTP with ${FEW} clients ÷ pgbench's best rate on one hot row`,
      goal: { atLeast: 0.8 },
      ratios: ratiosOf(few.ours.map(unitsPerSecond), few.best),
      sides: [await side("group-commit", few.ours, FEW), ...few.sides],
      notes: ["Of pgbench's client counts, the best one of each round counts."],
    };
    return [
      ...(await againstEcho(bench, together, { clients: CLIENTS, echo: 1 })),
      ...(await againstEcho(bench, together, { clients: MANY, echo: 1.2 })),
      p3,
    ];
  });

/** P8: CPU time for each sold unit. */
export const measureCpu = (bench: Bench): Promise<Figure> =>
  withShops(bench, ["group-commit", "unlocked"], async (shops) => {
    const shelves = await Promise.all(shops.map(() => openShelf(bench.system.file.postgres.url)));
    const [ours = [], baseline = []] = await takeTurns(
      bench,
      shops.map((shop, index) => () => buyOneProduct(bench, shop, shelves[index]?.sku ?? "", CLIENTS)),
    );
    const cpu = (side: readonly Checkouts[]) => side.map((round) => round.cpuSeconds / unitsOf(round));
    return {
      id: "P8",
      what: "CPU time for each sold unit over replicas, PostgreSQL and Redis, group-commit ÷ unlocked",
      goal: { atMost: 0.25 },
      ratios: ratiosOf(cpu(ours), cpu(baseline)),
      sides: [ours, baseline].map((side, index) => ({
        name: index === 0 ? "group-commit" : "unlocked",
        clients: CLIENTS,
        perSecond: side.map(unitsPerSecond),
        extras: { "CPU µs/unit": median(cpu(side)) * 1e6 },
      })),
      notes: ["Every unit that unlocked told a buyer counts, although it told most of them to several buyers."],
    };
  });

/** Starts a system for each strategy, lets it compile its code under load, and stops it afterwards. */
async function withShops<T>(
  bench: Bench,
  strategies: readonly string[],
  work: (shops: Replicas[]) => Promise<T>,
): Promise<T> {
  const shops: Replicas[] = [];
  try {
    for (const strategy of strategies) {
      const shop = await startReplicas(bench, strategy);
      shops.push(shop);
      const { sku } = await openShelf(bench.system.file.postgres.url);
      await buyOneProduct(bench, shop, sku, CLIENTS);
    }
    return await work(shops);
  } finally {
    for (const shop of shops) await shop.stop();
  }
}
