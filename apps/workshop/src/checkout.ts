// The types of a checkout that a learner writes. Import them with `import type`.
import type pg from "pg";

export interface Clients {
  /** A pool of at most four connections to PostgreSQL. Each buyer has a pool of its own, in a process of its own. */
  readonly db: pg.Pool;
}

export interface Item {
  readonly sku: string;
  /** At least 1. */
  readonly quantity: number;
}

export interface CheckoutRequest {
  readonly buyerId: string;
  readonly items: readonly Item[];
  /** The same in every retry of one checkout, and in no other checkout. */
  readonly idempotencyKey: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export type Answer = { outcome: "reserved"; orderId: number } | { outcome: "sold-out" };

/** Any error that it throws counts as a failed checkout. */
export type Checkout = (clients: Clients, request: CheckoutRequest) => Promise<Answer>;
