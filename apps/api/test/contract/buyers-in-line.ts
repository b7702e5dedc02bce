import type { Placed } from "../../src/checkout/order.ts";
import type { Checkpoint } from "../../src/checkpoint.ts";
import { eventually } from "../system.ts";
import type { openWorkbench } from "../workbench.ts";

type Answer = PromiseSettledResult<Placed>;

/** Makes batches of `group-commit`: buyers who join the queue in the same turn of the event loop are one batch. */
export function buyersInLine(bench: ReturnType<typeof openWorkbench>) {
  return {
    /** Buyers in a race's queue for one product, one behind the other. They join when `meanwhile` is over. */
    async batchOf(
      buyers: ((checkpoint: Checkpoint) => Promise<Placed>)[],
      meanwhile: () => Promise<unknown> = async () => {},
    ): Promise<Answer[]> {
      let join = () => {};
      const mayJoin = new Promise<void>((resolve) => {
        join = resolve;
      });
      let atTheDoor = 0;
      const heldAtTheDoor: Checkpoint = async (name) => {
        if (name !== "waiting") return;
        atTheDoor += 1;
        await mayJoin;
      };
      const answers: Promise<Placed>[] = [];
      for (const buy of buyers) {
        const answer = buy(heldAtTheDoor);
        answer.catch(() => {});
        answers.push(answer);
        await eventually(async () => atTheDoor === answers.length, "the next one is about to join");
      }
      await meanwhile();
      join();
      return Promise.allSettled(answers);
    },

    /** Carts of one unit of each product, in the shop's own queue. */
    async shopBatch(carts: readonly string[][]): Promise<Answer[]> {
      const lines = (skus: string[]) => skus.map((sku) => ({ sku, quantity: 1 }));
      return Promise.allSettled(carts.map((skus) => bench.buy("group-commit", lines(skus))));
    },

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
