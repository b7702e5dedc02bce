import { startReplicas } from "../builds/replicas.ts";
import { sideOf } from "../checkouts.ts";
import type { Replicas } from "../figure.ts";
import { type Bench, type Figure, otherBuildOf, type Side } from "../figure.ts";
import { fireAt, type HttpResult } from "../http-load.ts";
import { offer, soldUnits } from "../products.ts";
import { ratiosOf, takeTurns } from "../rounds.ts";

const CLIENTS = 64;
const PRODUCTS = 10_000;
const EDITION = 1_000_000;
const DECLINED = 0.02;
const CANCELLED = 0.05;
const LOAD = `mixed load: orders/s over ${PRODUCTS.toLocaleString("en")} products (Zipf), carts of 1 to 4 lines, 2 % declined, 5 % cancelled`;

interface Shop {
  name: string;
  databaseUrl: string;
  start(): Promise<Replicas>;
}

/** P7: group commit against no lock at all, where few carts are alike. */
export function measureDay(bench: Bench): Promise<Figure> {
  const databaseUrl = bench.system.file.postgres.url;
  const shop = (name: string): Shop => ({ name, databaseUrl, start: () => startReplicas(bench, name) });
  return compare(bench, [shop("group-commit"), shop("unlocked")], { id: "P7", goal: 2 });
}

/** P7 default: the default strategy against another commit's. */
export function measureDefaultDay(bench: Bench): Promise<Figure> {
  const shops = [bench.thisBuild, otherBuildOf(bench)].map(({ name, databaseUrl, start }) => ({
    name,
    databaseUrl,
    start: () => start({}),
  }));
  return compare(bench, shops as [Shop, Shop], { id: "P7 default", goal: 3 });
}

async function compare(bench: Bench, shops: [Shop, Shop], { id, goal }: { id: string; goal: number }): Promise<Figure> {
  const opened: OpenShop[] = [];
  try {
    for (const shop of shops) opened.push(await open(bench, shop));
    const [ours = [], theirs = []] = await takeTurns(
      bench,
      opened.map(({ live }) => live),
    );
    const [above, below] = opened;
    return {
      id,
      what: `${LOAD}, ${id === "P7" ? "" : "the default strategy, "}${above?.name} ÷ ${below?.name}`,
      goal: { atLeast: goal },
      ratios: ratiosOf(ours.map(ordersPerSecond), theirs.map(ordersPerSecond)),
      sides: await Promise.all([ours, theirs].flatMap((days, index) => opened[index]?.side(days) ?? [])),
    };
  } finally {
    for (const { stop } of opened) await stop();
  }
}

interface OpenShop {
  name: string;
  /** One round. */
  live(): Promise<HttpResult>;
  side(days: readonly HttpResult[]): Promise<Side>;
  stop(): Promise<void>;
}

async function open(bench: Bench, { name, databaseUrl, start }: Shop): Promise<OpenShop> {
  const { urls, stop } = await start();
  try {
    const skus = await offer(databaseUrl, PRODUCTS, EDITION);
    const plan = { kind: "day" as const, skus, declinedShare: DECLINED, cancelledShare: CANCELLED };
    const live = () => fireAt({ urls, clients: CLIENTS, seconds: bench.secondsEach, plan }, bench.signal);
    await live();
    return { name, live, stop, side: (days) => sideOfDays(name, databaseUrl, skus, days) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function sideOfDays(
  name: string,
  databaseUrl: string,
  skus: readonly string[],
  days: readonly HttpResult[],
): Promise<Side> {
  const { sold, distinct } = await soldUnits(databaseUrl, skus);
  const stories = days.map((day) => day.stories ?? {});
  const total = (ending: string) => stories.reduce((sum, day) => sum + (day[ending] ?? 0), 0);
  return {
    ...sideOf(name, CLIENTS, days, [201, 200, 402, 409]),
    perSecond: days.map(ordersPerSecond),
    unitsSold: sold,
    extras: {
      // Some were given back meanwhile, and honestly sold again: only unlocked's are wrong without that.
      "numbers sold again": sold - distinct,
      paid: total("paid"),
      declined: total("declined"),
      cancelled: total("cancelled"),
    },
  };
}

const ordersPerSecond = ({ answers, seconds }: HttpResult) => (answers[201] ?? 0) / seconds;
