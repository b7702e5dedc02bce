import { sideOf } from "./checkouts.ts";
import type { Bench, Figure, Side } from "./figure.ts";
import { fireAt, type HttpResult } from "./http-load.ts";
import { offer, soldUnits } from "./products.ts";
import { startReplicas } from "./replicas.ts";
import { ratiosOf, takeTurns } from "./rounds.ts";

const CLIENTS = 64;
const PRODUCTS = 10_000;
const EDITION = 1_000_000;
const DECLINED = 0.02;
const CANCELLED = 0.05;

/** P7: ten thousand products, few of them popular; carts, payments and cancellations. */
export async function measureDay(bench: Bench): Promise<Figure> {
  const { url } = bench.system.file.postgres;
  const together = await startReplicas(bench, "group-commit");
  try {
    const unlocked = await startReplicas(bench, "unlocked");
    try {
      const shop = async ({ urls }: { urls: string[] }) => {
        const skus = await offer(url, PRODUCTS, EDITION);
        const plan = { kind: "day" as const, skus, declinedShare: DECLINED, cancelledShare: CANCELLED };
        const live = () => fireAt({ urls, clients: CLIENTS, seconds: bench.secondsEach, plan }, bench.signal);
        await live();
        return { skus, live };
      };
      const [ours, baseline] = [await shop(together), await shop(unlocked)];
      const [ourDays = [], baselineDays = []] = await takeTurns(bench, [ours.live, baseline.live]);
      const side = async (name: string, skus: readonly string[], days: readonly HttpResult[]): Promise<Side> => {
        const { sold, distinct } = await soldUnits(url, skus);
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
      };
      return {
        id: "P7",
        what: `a shop's day: orders/s over ${PRODUCTS.toLocaleString("en")} products (Zipf), carts of 1 to 4 lines, 2 % declined, 5 % cancelled, group-commit ÷ unlocked`,
        goal: { atLeast: 2 },
        ratios: ratiosOf(ourDays.map(ordersPerSecond), baselineDays.map(ordersPerSecond)),
        sides: [await side("group-commit", ours.skus, ourDays), await side("unlocked", baseline.skus, baselineDays)],
      };
    } finally {
      await unlocked.stop();
    }
  } finally {
    await together.stop();
  }
}

const ordersPerSecond = ({ answers, seconds }: HttpResult) => (answers[201] ?? 0) / seconds;
