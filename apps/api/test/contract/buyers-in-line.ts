import type { Placed } from "../../src/checkout/order-request.ts";
import type { Checkpoint } from "../../src/inventory/checkpoint.ts";
import { redlock } from "../../src/inventory/guards/redlock.ts";
import { eventually } from "../system.ts";
import type { openWorkbench } from "../workbench.ts";

type Answer = PromiseSettledResult<Placed>;

/** Makes batches of `group-commit`: holds a line's lock from outside until everybody stands in it, then lets them in. */
export function buyersInLine(bench: ReturnType<typeof openWorkbench>) {
  const outside = redlock(bench.lockNodes);

  async function whileHeld(resource: string, come: () => Promise<Promise<Placed>[]>): Promise<Answer[]> {
    const lease = await outside.acquire([resource], { ttlMs: 30_000, waitMs: 5_000 });
    const answers = await come();
    await outside.release(lease);
    return Promise.allSettled(answers);
  }

  return {
    /** Buyers in a race's line for one product, one behind the other. */
    batchOf: (
      sku: string,
      buyers: ((checkpoint: Checkpoint) => Promise<Placed>)[],
      meanwhile: () => Promise<unknown> = async () => {},
    ) =>
      whileHeld(`lock:stock:${sku}`, async () => {
        let inLine = 0;
        const counting: Checkpoint = async (name) => {
          if (name === "waiting") inLine += 1;
        };
        const answers: Promise<Placed>[] = [];
        for (const buy of buyers) {
          const answer = buy(counting);
          answer.catch(() => {});
          answers.push(answer);
          await eventually(async () => inLine === answers.length, "the next one stands in line");
        }
        await meanwhile();
        return answers;
      }),

    /** Carts of one unit of each product, in the shop's own line. */
    shopBatch: (carts: readonly string[][], meanwhile: () => Promise<unknown> = async () => {}) =>
      whileHeld("lock:line:shop", async () => {
        const answers = carts.map((skus) => {
          const lines = skus.map((sku) => ({ sku, quantity: 1 }));
          const answer = bench.buy("group-commit", lines);
          answer.catch(() => {});
          return answer;
        });
        // A buyer without an idempotency key asks nobody on the way to the line: all stand in it when this turn is over.
        await new Promise(setImmediate);
        await meanwhile();
        return answers;
      }),

    /** One unit of a race's product, bought when `batchOf` says so. */
    order:
      (sku: string, more: Parameters<typeof bench.order>[2] = {}, also: Checkpoint = async () => {}) =>
      (counting: Checkpoint) =>
        bench.order("group-commit", sku, more, async (name, detail) => {
          await counting(name, detail);
          await also(name, detail);
        }),
  };
}

export const unitsOf = (answer: Answer | undefined) =>
  answer?.status === "fulfilled" && answer.value.outcome === "reserved"
    ? answer.value.order.lines.flatMap((line) => line.unitNumbers)
    : [];

export const failureOf = (answer: Answer | undefined) => (answer?.status === "rejected" ? answer.reason : undefined);
