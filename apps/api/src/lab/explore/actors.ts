import { randomUUID } from "node:crypto";
import type { Process } from "@last-unit/explorer";
import { LeaseLost, LockBusy } from "@last-unit/locks";
import type { OrderView, Placed, PlaceOrder } from "../../checkout/order.ts";
import { placeOrder } from "../../checkout/place-order.ts";
import { findProduct } from "../../checkout/products.ts";
import { isDatabaseUnavailable } from "../../db/errors.ts";
import { ShopError } from "../../errors.ts";
import type { Line } from "../../inventory/strategy.ts";
import { type Call, Calls } from "./calls.ts";
import type { ExploredShop } from "./explored-shop.ts";
import type { ExploredShops } from "./explored-shops.ts";
import { withStep } from "./with-step.ts";

/** What a process does in one execution. */
export type Actor = (process: Process) => Promise<unknown>;

/** An order that existed before the execution began. */
export interface Reserved {
  id: string;
  buyerId: string;
  lines: OrderView["lines"];
}

/** An answer that a buyer got. */
export interface Answer {
  readonly process: string;
  /** The number of the call in the history. */
  readonly call: number;
  readonly buyerId: string;
  readonly idempotencyKey?: string;
  readonly lines: readonly Line[];
  readonly placed: Placed;
}

/** What the processes of one execution do, and what they were told. */
export class Actors {
  readonly calls = new Calls();
  readonly answers: Answer[] = [];
  /** Orders that were paid, by the answer that the buyer got. */
  readonly paid: string[] = [];
  /** Orders for which a card was charged. */
  readonly charged: string[] = [];
  /** The processes that were refused, and why. */
  readonly refusals: { process: string; code: string }[] = [];
  readonly skus: readonly string[];
  readonly #shops: ExploredShops;
  readonly #strategy: string;
  readonly #begun = new Set<string>();
  #expires = false;

  constructor(shops: ExploredShops, strategy: string, skus: readonly string[]) {
    this.#shops = shops;
    this.#strategy = strategy;
    this.skus = skus;
  }

  readonly buyerId = (): string => randomUUID();

  /** Whether the process has taken a step. */
  hasBegun(process: string): boolean {
    return this.#begun.has(process);
  }

  /** A buyer who checks out. */
  readonly buys = (lines: readonly Line[], more: Partial<PlaceOrder> = {}): Actor =>
    this.#checkOut([{ lines, buyerId: this.buyerId(), ...more }]);

  /** Several buyers who check out at one replica in the same event-loop tick. Group commit serves them in one batch. */
  readonly buyTogether = (carts: readonly Line[][]): Actor =>
    this.#checkOut(carts.map((lines) => ({ lines, buyerId: this.buyerId() })));

  /** A buyer who asks again, with the same key, when no answer has come. */
  readonly asksAgain = (lines: readonly Line[]): Actor => {
    const request = { lines, buyerId: this.buyerId(), idempotencyKey: "key-1" };
    return async (process) => {
      for (;;) {
        const told = await this.#checkOut([request])(process);
        if (told !== NO_ANSWER) return told;
      }
    };
  };

  #checkOut(requests: readonly (Pick<PlaceOrder, "lines" | "buyerId"> & Partial<PlaceOrder>)[]): Actor {
    return async (process) => {
      const calls = requests.map(({ buyerId, lines }) => this.calls.checkout(buyerId, lines));
      const { shop, checkpoint } = this.#shops.enter(this.#beginning(process, calls));
      const race = { ...this.#race(), checkpoint };
      const outcomes = await Promise.all(
        requests.map(async (request, index) => {
          const { buyerId, idempotencyKey, lines } = request;
          const call = calls[index] as ReturnType<Calls["checkout"]>;
          try {
            const placed = await placeOrder(shop, { products: this.#products(), race, ...request });
            this.answers.push({ process: process.name, call: call.number, buyerId, idempotencyKey, lines, placed });
            call.end("ok", answerOf(lines, placed));
            return placed.outcome;
          } catch (error) {
            const code = this.#refused(process, error);
            if (code === NO_ANSWER) call.noAnswer();
            else call.end("fail", { lines });
            return code;
          }
        }),
      );
      return outcomes.join(", ");
    };
  }

  /** Somebody who looks at the product's page. */
  readonly looks = (sku: string): Actor => {
    return async (process) => {
      const call = this.calls.call("read", { sku });
      const { shop } = this.#shops.enter(this.#beginning(process, [call]));
      const { stock } = await findProduct(shop.database, sku);
      call.end("ok", { sku, stock });
      return `${stock} in stock`;
    };
  };

  /** A process that may return an order's units to stock. */
  readonly gives = (order: Reserved, work: (explored: ExploredShop) => Promise<unknown>): Actor => {
    return async (process) => {
      const [line] = order.lines;
      const call = this.calls.call("give-back", { sku: line?.sku, quantity: line?.quantity });
      try {
        const explored = this.#shops.enter(this.#beginning(process, [call]));
        // The reservations of a shop end under the strategy that sells now.
        await work({ ...explored, shop: { ...explored.shop, defaultStrategy: this.#strategy } });
        // Whether this process has returned the units, or another one, or none, is for the ledger to say.
        call.end("info", { sku: line?.sku, quantity: line?.quantity });
        return "done";
      } catch (error) {
        const code = this.#refused(process, error);
        call.end(code === NO_ANSWER ? "info" : "fail", { sku: line?.sku, quantity: line?.quantity });
        return code;
      }
    };
  };

  readonly pays = (work: (explored: ExploredShop) => Promise<OrderView>): Actor => {
    return async (process) => {
      const explored = this.#shops.enter(this.#beginning(process, []));
      try {
        const { id, status } = await work(explored);
        if (status === "paid") this.paid.push(id);
        return status;
      } catch (error) {
        return this.#refused(process, error);
      } finally {
        this.charged.push(...explored.charged);
      }
    };
  };

  /** The moment at which a reservation expires, as a step. */
  readonly runsOut = (order: Reserved): Actor => {
    return async (process) => {
      await this.hasRunOut(order, this.#shops.enter(process).shop);
      return "expired";
    };
  };

  /** A reservation that has expired before the execution begins. */
  readonly hasRunOut = async ({ id }: Reserved, { database } = this.#shops.preparing): Promise<void> => {
    this.#expires = true;
    await database.pool.query("UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
  };

  /** The moment at which half of a process's lease is over, and the extension that follows. */
  readonly extendsLeaseOf =
    (holder: string): Actor =>
    (process) =>
      this.#shops.extendLease(holder, process);

  /** Places an order before the execution begins. */
  readonly reserved = async (lines: readonly Line[]): Promise<Reserved> => {
    const buyerId = this.buyerId();
    const race = { ...this.#race(), checkpoint: async () => {} };
    const call = this.calls.call("reserve", { lines });
    call.begin();
    const placed = await placeOrder(this.#shops.preparing, { buyerId, lines, products: this.#products(), race });
    if (placed.outcome !== "reserved") throw new Error("The order that the scenario begins with was not reserved.");
    call.end("ok", answerOf(lines, placed));
    await this.#shops.prepared();
    return { id: placed.order.id, buyerId, lines: placed.order.lines };
  };

  /** Ends the reservations that have run out: the expiry job of a later execution would find them. */
  async clear(): Promise<void> {
    if (!this.#expires) return;
    await this.#shops.observer.query("UPDATE orders SET status = 'cancelled' WHERE status = 'reserved'");
  }

  /** The code of an answer that the shop gives on purpose, or with a fault. Everything else is a failure. */
  #refused(process: Process, error: unknown): string {
    const code = codeOf(error);
    if (!code) throw error;
    this.refusals.push({ process: process.name, code });
    return code;
  }

  // No lab run is created: no checkpoint is published, and each execution has its own products.
  #race = () => ({ runId: null as unknown as string, strategy: this.#strategy });

  #products = () => new Map(this.skus.map((sku) => [sku, { sku, name: "Explored", priceCents: 100 }]));

  /** The calls begin with the first step that the process takes, not when it arrives there. */
  #beginning(process: Process, calls: readonly Call[]): Process {
    return withStep(process, (step, perform) =>
      process.step(step, () => {
        this.#begun.add(process.name);
        for (const { begin } of calls) begin();
        return perform();
      }),
    );
  }
}

/** The code of an answer from which nobody knows whether the request was carried out. */
const NO_ANSWER = "DATABASE_UNAVAILABLE";

function codeOf(error: unknown): string | undefined {
  if (error instanceof ShopError) return error.code;
  if (error instanceof LockBusy) return "LOCK_BUSY";
  if (error instanceof LeaseLost) return "LOCK_LOST";
  return isDatabaseUnavailable(error) ? NO_ANSWER : undefined;
}

function answerOf(lines: readonly Line[], placed: Placed) {
  if (placed.outcome === "sold-out") return { lines, outcome: "sold-out" };
  const units = placed.order.lines.map(({ sku, quantity, unitNumbers }) => ({ sku, quantity, units: unitNumbers }));
  return { lines: units, outcome: "reserved" };
}
