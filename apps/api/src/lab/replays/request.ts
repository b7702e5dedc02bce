import { randomUUID } from "node:crypto";
import type { LabRun } from "@last-unit/prisma";
import { placeOrder } from "../../checkout/place-order.ts";
import type { Shop } from "../../checkout/shop.ts";
import type { Checkpoint } from "../../checkpoint.ts";
import type { Line } from "../../inventory/strategy.ts";
import type { Answer } from "../races/answers.ts";
import type { RaceEvent } from "../races/events.ts";
import { enterRace } from "../races/race.ts";
import type { ReplayAnswer } from "./replay.ts";

const PRICE_CENTS = 18_900;

interface CheckoutRequest {
  shopper: string;
  shop: Shop;
  lines: readonly Line[];
  /** The runs of the products in the cart. */
  runs: readonly LabRun[];
  seen(runId: string, event: RaceEvent): void;
  keepAnswer(answer: Answer): Promise<void>;
  /** The stable code of whatever a checkout threw. */
  codeOf(error: unknown): string;
}

/** Sends one request through the regular checkout. `pass` is called after each checkpoint and may hold the request. */
export async function request(
  { shopper, shop, lines, runs, seen, keepAnswer, codeOf }: CheckoutRequest,
  pass: Checkpoint,
): Promise<ReplayAnswer> {
  const [run] = runs;
  if (!run) throw new Error("The cart is empty.");
  const race = enterRace({
    run,
    shopper,
    quantity: 1,
    replica: shop.replica,
    publish: seen,
    keepAnswer: async (answer) => {
      for (const { id } of runs) await keepAnswer({ ...answer, runId: id });
    },
  });
  // The answer does not wait for the release of the lock, but the replay's buyer ends with it.
  let isHolding = false;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const checkpoint: Checkpoint = async (name, detail) => {
    if (name === "locked") isHolding = true;
    await race.terms.checkpoint(name, detail);
    await pass(name);
    if (name === "released") release();
  };
  const products = new Map(runs.map(({ sku }) => [sku, { sku, name: "Reading lamp, raced", priceCents: PRICE_CENTS }]));
  const order = { buyerId: randomUUID(), lines, products, race: { ...race.terms, checkpoint } };
  const answer = await answerTo(placeOrder(shop, order), codeOf);
  if (isHolding && shop.strategy(run.strategy).guard !== "none") await released;
  const { code, orderId, unitNumbers } = answer;
  await race.answered(code, orderId === null ? undefined : { orderId, unitNumbers });
  return answer;
}

async function answerTo(placing: ReturnType<typeof placeOrder>, codeOf: (error: unknown) => string) {
  try {
    const placed = await placing;
    if (placed.outcome === "sold-out") return { code: "OUT_OF_STOCK", unitNumbers: [], orderId: null };
    const { id, lines } = placed.order;
    return { code: "RESERVED", unitNumbers: lines.flatMap((line) => line.unitNumbers), orderId: id };
  } catch (error) {
    return { code: codeOf(error), unitNumbers: [], orderId: null };
  }
}
