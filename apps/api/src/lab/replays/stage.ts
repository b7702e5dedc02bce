import { randomBytes } from "node:crypto";
import type { LabRun } from "@last-unit/prisma";
import { normaliseCart } from "../../checkout/cart.ts";
import type { Shop } from "../../checkout/shop.ts";
import { connectDatabase, type Database } from "../../database.ts";
import type { CheckpointName } from "../../inventory/checkpoint.ts";
import type { LeaseStore } from "../../inventory/lease-store.ts";
import { openStrategy, type Services, type StrategyName } from "../../inventory/registry.ts";
import type { Line, Strategy } from "../../inventory/strategy.ts";
import type { Answer } from "../answers.ts";
import type { RaceEvent } from "../events.ts";
import { createRun } from "../runs.ts";
import { Observer } from "./observer.ts";
import type { Arrival, Product, ReplayStep, Scenario } from "./replay.ts";
import { request } from "./request.ts";
import { tell } from "./sentences.ts";
import { Shopper } from "./shopper.ts";
import { watched } from "./watched-store.ts";

export interface ReplayServices {
  shop: Shop;
  databaseUrl: string;
  lockServices: Omit<Services, "database" | "settings" | "around">;
  publish(runId: string, event: RaceEvent): void;
  keepAnswer(answer: Answer): Promise<void>;
  /** The stable code of whatever a checkout threw. */
  codeOf(error: unknown): string;
}

/** Longer than any script: only a lease that is meant to run out does. */
const PATIENT_TTL_MS = 20_000;
const WAIT_MS = 8_000;
const CLOSING_BOUND_MS = 5_000;

/** Fresh products, shoppers who are as independent as replicas, and a record of what is observed of them. */
export class Stage {
  readonly shoppers: Shopper[] = [];
  readonly steps: ReplayStep[] = [];
  readonly events: RaceEvent[] = [];
  readonly observer: Observer;
  private readonly beganAt = performance.now();
  private readonly stores: LeaseStore[] = [];
  private readonly databases: Database[] = [];
  private readonly told = new Map<Shopper, number>();
  private decided = false;

  private constructor(
    private readonly services: ReplayServices,
    readonly strategy: Strategy,
    readonly runs: readonly LabRun[],
    readonly products: readonly Product[],
  ) {
    const { database } = services.shop;
    this.openStrategy({ database, settings: { lockTtlMs: PATIENT_TTL_MS, lockWaitMs: WAIT_MS } });
    const [store] = this.stores;
    const connectionPrefix = `replay-${randomBytes(4).toString("hex")}-`;
    this.observer = new Observer({ database, strategy, store, products, connectionPrefix });
  }

  static async open(
    services: ReplayServices,
    strategy: Strategy,
    { products: names, stock }: Pick<Scenario, "products" | "stock">,
  ): Promise<Stage> {
    const settings = { strategy: strategy.name, stock, thinkTimeMs: 0 };
    const runs = await Promise.all(names.map(() => createRun(services.shop.database, settings)));
    // Carts are sorted by SKU: the script's first product shall be the first then too.
    runs.sort((a, b) => (a.sku < b.sku ? -1 : 1));
    const products = runs.map(({ sku }, index) => ({ sku, name: names[index] ?? sku, stock }));
    return new Stage(services, strategy, runs, products);
  }

  /** A shopper with a connection, a clock and a lock client of its own. `cart` names products, in the shopper's order. */
  async enter(
    name: string,
    {
      cart = this.products.map((product) => product.name),
      sorted = true,
      lockTtlMs = PATIENT_TTL_MS,
      lockWaitMs = WAIT_MS,
    } = {},
  ): Promise<Shopper> {
    const { shop, databaseUrl, publish, keepAnswer, codeOf } = this.services;
    const database = connectDatabase(databaseUrl, 1, this.observer.connectionName(name));
    this.databases.push(database);
    const lines = sorted ? normaliseCart(this.linesOf(cart)) : this.linesOf(cart);
    const runs = this.runs.filter((run) => lines.some((line) => line.sku === run.sku));
    const seen = (runId: string, event: RaceEvent) => {
      shopper.events.push(event);
      this.events.push(event);
      publish(runId, event);
    };
    const shopper: Shopper = new Shopper({
      name,
      waitsFor: () => this.observer.waitsFor(name),
      buy: (pass) => request({ shopper: name, shop: ownShop, lines, runs, seen, keepAnswer, codeOf }, pass),
    });
    const granted = (owner: string) => this.observer.granted(owner, name);
    const strategy = this.openStrategy({
      database,
      settings: { lockTtlMs, lockWaitMs, clock: shopper.clock },
      around: (store) => watched(store, { ...shopper.watch, granted }),
    });
    const ownShop: Shop = { ...shop, database, strategy: () => strategy };
    this.shoppers.push(shopper);
    // Its first statement should not pay for the connection: a step is then as long as what it shows.
    await database.$queryRaw`SELECT 1`;
    return shopper;
  }

  /** Records a step: how far the shopper got, in words made of what was observed. */
  async tell(shopper: Shopper, arrival: Arrival, { decisive = false, after = "" } = {}): Promise<void> {
    const from = this.told.get(shopper) ?? 0;
    this.told.set(shopper, shopper.events.length);
    const { name, events, suspended } = shopper;
    const sentence = tell(arrival, { name, events, news: events.slice(from), suspended, productOf: this.productOf });
    await this.step(shopper, `${sentence}${after && ` ${after}`}`, { decisive });
  }

  /** Tells this arrival and all that come after it, to the end of the shopper's request. */
  async follow(shopper: Shopper, first: Arrival, until: readonly CheckpointName[], options = {}): Promise<void> {
    let arrival = first;
    await this.tell(shopper, arrival, options);
    while (arrival.at !== "the end") {
      arrival = await shopper.reach(until);
      await this.tell(shopper, arrival, options);
    }
  }

  /** Records a step in the given words. `shopper` is null where time or a store acts by itself. */
  async step(shopper: Shopper | null, sentence: string, { decisive = false } = {}): Promise<void> {
    const [stocks, holders] = await Promise.all([this.observer.stocks(), this.observer.holders()]);
    const lane = (one: Shopper) => one.lane(this.told.get(one) ?? 0, holders.includes(one.name), this.productOf);
    this.steps.push({
      number: this.steps.length + 1,
      sentence,
      shopper: shopper?.name ?? null,
      atMs: Math.round(performance.now() - this.beganAt),
      lanes: Object.fromEntries(this.shoppers.map((one) => [one.name, lane(one)])),
      stocks,
      holder: inCommon(holders),
      decisive: decisive && !this.decided,
    });
    this.decided ||= decisive;
  }

  /** The shopper who holds the locks of all products, as the store that grants them says. */
  async holder(): Promise<string | null> {
    return inCommon(await this.observer.holders());
  }

  /** Lets every request end, then closes what the stage opened. */
  async close(): Promise<void> {
    for (const shopper of this.shoppers) shopper.dismiss();
    const requests = Promise.all(this.shoppers.map((shopper) => shopper.request));
    await Promise.race([requests, new Promise((resolve) => setTimeout(resolve, CLOSING_BOUND_MS))]);
    await Promise.allSettled([
      ...this.stores.map((store) => store.close?.()),
      ...this.databases.map((database) => database.$disconnect()),
    ]);
  }

  private openStrategy({ around = (store) => store, ...own }: Pick<Services, "database" | "settings" | "around">) {
    return openStrategy(this.strategy.name as StrategyName, {
      ...this.services.lockServices,
      ...own,
      around: (store) => {
        this.stores.push(store);
        return around(store);
      },
    });
  }

  /** For sentences: a product is named where there are several. */
  private productOf = (sku: string | undefined): string =>
    this.products.length > 1 ? (this.products.find((product) => product.sku === sku)?.name ?? "") : "";

  private linesOf(cart: readonly string[]): Line[] {
    return cart.map((name) => {
      const product = this.products.find((one) => one.name === name);
      if (!product) throw new Error(`There is no ${name} on this stage.`);
      return { sku: product.sku, quantity: 1 };
    });
  }
}

function inCommon([first, ...others]: readonly (string | undefined)[]): string | null {
  return first !== undefined && others.every((other) => other === first) ? first : null;
}
