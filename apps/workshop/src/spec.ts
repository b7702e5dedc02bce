import type { BuyerRequest } from "./messages.ts";

/** What an exercise's solution is run against, from the simplest scenario to the hardest. */
export interface Spec {
  readonly scenarios: readonly Scenario[];
}

export interface Scenario {
  /** As a heading: "two buyers, one lamp". */
  readonly name: string;
  readonly stock: Readonly<Record<string, number>>;
  /** At most three. They check out at the same time, unless `kill` says otherwise. */
  readonly buyers: readonly Call[];
  /**
   * The first buyer's process is killed before its first step, its second step, and so on, and last after its answer, which
   * is lost. The other buyers begin after that.
   */
  readonly kill?: boolean;
  /** The exploration stops after so many orders; default 300. Those with few interruptions come first. */
  readonly mostOrders?: number;
}

/** One call of checkout. Buyer and key are the caller's own unless they are given. */
export type Call = Pick<BuyerRequest, "items"> & Partial<BuyerRequest>;

/** A cart with a line for each item: `cart("lamp", ["clock", 2])`. */
export function cart(...lines: readonly (string | readonly [sku: string, quantity: number])[]): Call {
  return {
    items: lines.map((line) => {
      const [sku, quantity] = typeof line === "string" ? [line, 1] : line;
      return { sku, quantity };
    }),
  };
}

/** The requests of a scenario, in the sequence of the buyers' letters. */
export function requestsOf({ buyers }: Scenario): BuyerRequest[] {
  return buyers.map((call, index) => ({
    buyerId: `buyer-${letterOf(index)}`,
    idempotencyKey: `key-${letterOf(index)}`,
    ...call,
  }));
}

export const letterOf = (index: number): string => String.fromCharCode("A".charCodeAt(0) + index);
