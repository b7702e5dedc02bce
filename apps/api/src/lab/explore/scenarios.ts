import { cancelOrder } from "../../checkout/cancel-order.ts";
import { expireOrders } from "../../checkout/expire-orders.ts";
import { normaliseCart } from "../../checkout/order.ts";
import { payOrder } from "../../checkout/pay-order.ts";
import type { Line } from "../../inventory/strategy.ts";
import type { CatalogueEntry } from "../../inventory/strategy-catalogue.ts";
import type { Actor, Actors } from "./actors.ts";
import type { FaultName } from "./faults.ts";

export interface Scenario {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** The edition of each product. */
  readonly editions: readonly number[];
  /** What each process is, in the sequence of their letters. */
  readonly processes: readonly string[];
  /** How many preemptions are explored, unless the caller says otherwise. Absent: all. */
  readonly preemptions?: number;
  /** The same with faults, if there are too many orders. Absent: as many as without. */
  readonly preemptionsWithFaults?: number;
  /** The faults with which it is explored, unless the caller names the scenario. Absent: none. */
  readonly faults?: readonly FaultName[];
  /** It is explored with faults only. */
  readonly needsFault?: boolean;
  /** Which strategies it makes sense for. Absent: all. */
  isFor?(strategy: CatalogueEntry): boolean;
  /** Prepares the execution, and returns what its processes do. */
  actors(actors: Actors): Promise<readonly Actor[]> | readonly Actor[];
}

const one = (sku: string | undefined): Line[] => [{ sku: sku ?? "", quantity: 1 }];

const inBatches = ({ name }: CatalogueEntry) => name === "group-commit";

/** In the sequence in which a reader understands them. */
export const scenarios = [
  {
    name: "last-unit",
    about: "Two buyers want the same last unit.",
    editions: [1],
    faults: ["pause", "early-pause", "crash", "lost-votes", "amnesia", "majority-amnesia", "terminate"],
    processes: ["buyer", "buyer"],
    actors: ({ skus, buys }) => [buys(one(skus[0])), buys(one(skus[0]))],
  },
  {
    name: "two-units",
    about: "Two buyers want one unit each, of two.",
    editions: [2],
    processes: ["buyer", "buyer"],
    actors: ({ skus, buys }) => [buys(one(skus[0])), buys(one(skus[0]))],
  },
  {
    name: "crossed-carts",
    about: "Two buyers put the last units of two products into their carts, in opposite sequence.",
    editions: [1, 1],
    processes: ["buyer", "buyer"],
    actors: ({ skus, buys }) => {
      const cart = skus.map((sku) => ({ sku, quantity: 1 }));
      return [buys(normaliseCart(cart)), buys(normaliseCart(cart.toReversed()))];
    },
  },
  {
    name: "overlapping-carts",
    about: "Two buyers want the last unit of a product; one of them wants another product as well.",
    editions: [1, 1],
    processes: ["buyer of both", "buyer of one"],
    actors: ({ skus, buys }) => [buys(skus.map((sku) => ({ sku, quantity: 1 }))), buys(one(skus[1]))],
  },
  {
    name: "buy-and-look",
    about: "Somebody looks at the product's page while a buyer buys the last unit.",
    editions: [1],
    processes: ["buyer", "looks"],
    actors: ({ skus, buys, looks }) => [buys(one(skus[0])), looks(skus[0] ?? "")],
  },
  {
    name: "same-key",
    about: "A buyer sends the same checkout twice, with one idempotency key.",
    editions: [2],
    processes: ["request", "its retry"],
    actors: ({ skus, buys, buyerId }) => {
      const keyed = { buyerId: buyerId(), idempotencyKey: "key-1" };
      return [buys(one(skus[0]), keyed), buys(one(skus[0]), keyed)];
    },
  },
  {
    name: "same-key-last-unit",
    about: "A buyer sends the checkout of the last unit twice, with one idempotency key.",
    editions: [1],
    processes: ["request", "its retry"],
    actors: ({ skus, buys, buyerId }) => {
      const keyed = { buyerId: buyerId(), idempotencyKey: "key-1" };
      return [buys(one(skus[0]), keyed), buys(one(skus[0]), keyed)];
    },
  },
  {
    name: "key-reused",
    about: "A buyer sends the checkouts of two products at the same moment, with one idempotency key.",
    editions: [1, 1],
    processes: ["request", "another request"],
    // The locks of two products are independent: a guard adds thousands of orders, and nothing else.
    isFor: ({ guard }) => guard === "none",
    actors: ({ skus, buys, buyerId }) => {
      const keyed = { buyerId: buyerId(), idempotencyKey: "key-1" };
      return [buys(one(skus[0]), keyed), buys(one(skus[1]), keyed)];
    },
  },
  {
    name: "cancel-and-buy",
    about: "A buyer cancels the order of the last unit while another one wants it.",
    editions: [1],
    processes: ["cancels", "buyer"],
    faults: ["crash", "lost-answer"],
    async actors({ skus, buys, reserved, gives }) {
      const order = await reserved(one(skus[0]));
      return [gives(order, ({ shop }) => cancelOrder(shop, order.buyerId, order.id)), buys(one(skus[0]))];
    },
  },
  {
    name: "cancel-beside-buyer",
    about: "A buyer cancels the order of one unit while another one wants another unit.",
    editions: [2],
    processes: ["cancels", "buyer"],
    async actors({ skus, buys, reserved, gives }) {
      const order = await reserved(one(skus[0]));
      return [gives(order, ({ shop }) => cancelOrder(shop, order.buyerId, order.id)), buys(one(skus[0]))];
    },
  },
  {
    name: "cancel-twice",
    about: "A buyer cancels an order twice at the same moment.",
    editions: [2],
    processes: ["cancels", "cancels"],
    async actors({ skus, reserved, gives }) {
      const order = await reserved(one(skus[0]));
      const cancels = gives(order, ({ shop }) => cancelOrder(shop, order.buyerId, order.id));
      return [cancels, cancels];
    },
  },
  {
    name: "pay-or-expire",
    about: "A buyer pays while the reservation runs out and the expiry job returns its unit.",
    editions: [1],
    processes: ["pays", "expiry job", "time"],
    async actors({ skus, reserved, pays, gives, runsOut }) {
      const order = await reserved(one(skus[0]));
      return [
        pays(({ shop }) => payOrder(shop, order.buyerId, order.id, "4242424242424242")),
        gives(order, ({ shop }) => expireOrders(shop)),
        runsOut(order),
      ];
    },
  },
  {
    name: "cancel-or-expire",
    about: "A buyer cancels an order whose reservation has run out while the expiry job ends it.",
    editions: [2],
    processes: ["cancels", "expiry job"],
    async actors({ skus, reserved, gives, hasRunOut }) {
      const order = await reserved(one(skus[0]));
      await hasRunOut(order);
      return [
        gives(order, ({ shop }) => cancelOrder(shop, order.buyerId, order.id)),
        gives(order, ({ shop }) => expireOrders(shop)),
      ];
    },
  },
  {
    name: "asks-again",
    about:
      "A buyer who gets no answer sends the checkout of the last unit again, with the same key, beside another buyer.",
    editions: [1],
    processes: ["buyer who asks again", "buyer"],
    faults: ["lost-answer", "terminate"],
    needsFault: true,
    actors: ({ skus, buys, asksAgain }) => [asksAgain(one(skus[0])), buys(one(skus[0]))],
  },
  {
    name: "three-buyers",
    about: "Three buyers want one unit each, of two.",
    editions: [2],
    processes: ["buyer", "buyer", "buyer"],
    preemptions: 2,
    preemptionsWithFaults: 1,
    actors: ({ skus, buys }) => [buys(one(skus[0])), buys(one(skus[0])), buys(one(skus[0]))],
  },
  {
    name: "holder-extends",
    about: "Two buyers want the same last unit, and the lease of the first one is extended at any moment.",
    editions: [1],
    processes: ["buyer", "buyer", "A's lease"],
    preemptions: 2,
    preemptionsWithFaults: 1,
    faults: ["pause", "early-pause"],
    isFor: ({ guard }) => guard !== "none",
    actors: ({ skus, buys, extendsLeaseOf }) => [buys(one(skus[0])), buys(one(skus[0])), extendsLeaseOf("A")],
  },
  {
    name: "batch-and-buyer",
    about: "Two buyers in one batch and a single one at another replica want one unit each, of two.",
    editions: [2],
    processes: ["batch of two", "buyer"],
    faults: ["crash", "lost-answer"],
    isFor: inBatches,
    actors: ({ skus, buys, buyTogether }) => [buyTogether([one(skus[0]), one(skus[0])]), buys(one(skus[0]))],
  },
  {
    name: "batch-and-cancel",
    about: "Two buyers in one batch want the last unit while another order of the product is cancelled.",
    editions: [2],
    processes: ["batch of two", "cancels"],
    isFor: inBatches,
    async actors({ skus, reserved, gives, buyTogether }) {
      const order = await reserved(one(skus[0]));
      return [
        buyTogether([one(skus[0]), one(skus[0])]),
        gives(order, ({ shop }) => cancelOrder(shop, order.buyerId, order.id)),
      ];
    },
  },
] as const satisfies readonly Scenario[];

export type ScenarioName = (typeof scenarios)[number]["name"];
