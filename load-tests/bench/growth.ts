import { randomUUID } from "node:crypto";
import { startReplicas } from "./builds/replicas.ts";
import type { Bench, Figure, Measure, Side } from "./figure.ts";
import { fillUpTo } from "./fill.ts";
import { buyOne } from "./one-checkout.ts";
import { offer, withDatabase } from "./products.ts";
import { median, ratiosOf } from "./rounds.ts";

const SIZES = [1_000, 100_000, 1_000_000] as const;
const PRODUCTS = 1_000;
const EDITION = 100_000_000;
const WARM_UP_CHECKOUTS = 100;

/** A shop of one replica with a database of its own. */
interface GrowingShop {
  /** One checkout's time in milliseconds. */
  buy(): Promise<number>;
  fill(size: number): Promise<void>;
  close(): Promise<void>;
}

/** Times of checkouts in both shops, by round. */
interface Times {
  size: number;
  grown: number[][];
  small: number[][];
}

/**
 * P9: what a checkout takes in a shop that has sold much already. Growing goes one way only, so at each size the
 * checkouts take turns with those of a second shop that stays small: whatever else changes with time meets both.
 */
export const measureGrowth: Measure = async (bench) => {
  const small = await openShop(bench);
  try {
    const grown = await openShop(bench);
    try {
      await small.fill(SIZES[0]);
      const sizes: Times[] = [];
      for (const size of SIZES) {
        await grown.fill(size);
        for (let count = 0; count < WARM_UP_CHECKOUTS; count += 1) await Promise.all([small.buy(), grown.buy()]);
        sizes.push({ size, ...(await buyInTurns(bench, grown, small)) });
      }
      return figureOf(sizes);
    } finally {
      await grown.close();
    }
  } finally {
    await small.close();
  }
};

async function buyInTurns({ rounds, secondsEach, signal }: Bench, grown: GrowingShop, small: GrowingShop) {
  const times = { grown: [] as number[][], small: [] as number[][] };
  for (let round = 0; round < rounds; round += 1) {
    const [grownTimes, smallTimes] = [[] as number[], [] as number[]];
    const end = performance.now() + 2 * secondsEach * 1000;
    while (performance.now() < end) {
      signal.throwIfAborted();
      grownTimes.push(await grown.buy());
      smallTimes.push(await small.buy());
    }
    times.grown.push(grownTimes);
    times.small.push(smallTimes);
  }
  return times;
}

async function openShop(bench: Bench): Promise<GrowingShop> {
  const { url } = bench.system.file.postgres;
  const name = `growth_${randomUUID().slice(0, 8)}`;
  const databaseUrl = url.replace(/\/[^/]*$/, `/${name}`);
  const drop = () => withDatabase(url, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  await withDatabase(url, (client) => client.query(`CREATE DATABASE ${name}`));
  try {
    const replicas = await startReplicas(bench, undefined, { count: 1, databaseUrl });
    const skus = await offer(databaseUrl, PRODUCTS, EDITION);
    const [sku = ""] = skus;
    return {
      buy: () => buyOne(`${replicas.urls[0]}/api/checkout`, sku, { "idempotency-key": randomUUID() }),
      fill: (size) => fillUpTo(databaseUrl, size, skus, bench),
      close: () => replicas.stop().finally(drop),
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

function figureOf(sizes: readonly Times[]): Figure {
  const medians = (rounds: readonly number[][]) => rounds.map(median);
  const ratios = sizes.map(({ grown, small }) => ratiosOf(medians(grown), medians(small)));
  const [, ...larger] = ratios;
  const side = (name: string, rounds: readonly number[][], extras?: Record<string, number>): Side => {
    const times = rounds.flat().sort((a, b) => a - b);
    return {
      name,
      clients: 1,
      perSecond: rounds.map((round) => 1000 / median(round)),
      latencyMs: { p50: median(times), p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN },
      unitsSold: times.length,
      extras,
    };
  };
  return {
    id: "P9",
    what: "time for one checkout (p50) with 100,000 and 1,000,000 orders, lines, movements and keys, the slower of the two ÷ with 1,000",
    goal: { atMost: 1.3 },
    ratios: ratios[0]?.map((_, round) => Math.max(...larger.map((ratio) => ratio[round] ?? Number.NaN))) ?? [],
    sides: sizes.flatMap(({ size, grown, small }, index) => [
      side(`${size.toLocaleString("en")} orders`, grown, { ratio: median(ratios[index] ?? []) }),
      side("beside it: 1,000", small),
    ]),
    notes: [
      "Both shops sell under the default strategy, one checkout after the other, each with an idempotency key. The first ratio compares two shops of the same size: what it differs from 1 is noise.",
    ],
  };
}
