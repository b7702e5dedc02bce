import { randomBytes } from "node:crypto";
import type { LeaseStore } from "@last-unit/locks";
import type { LabRun } from "@last-unit/prisma";
import { normaliseCart } from "../../checkout/order.ts";
import type { Shop } from "../../checkout/shop.ts";
import type { CheckpointName } from "../../checkpoint.ts";
import { connectDatabase, type Database } from "../../db/client.ts";
import { openStrategy, type Services } from "../../inventory/registry.ts";
import type { Line, Strategy } from "../../inventory/strategy.ts";
import type { StrategyName } from "../../inventory/strategy-catalogue.ts";
import type { Answer } from "../races/answers.ts";
import type { RaceEvent } from "../races/events.ts";
import { createRun } from "../races/runs.ts";
import { Buyer } from "./buyer.ts";
import { Observer } from "./observer.ts";
import type { Arrival, Product, ReplayStep } from "./replay.ts";
import { request } from "./request.ts";
import { tell } from "./sentences.ts";
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

/** Longer than any script, so that only the leases of a script with a short TTL expire. */
const PATIENT_TTL_MS = 20_000;
const WAIT_MS = 8_000;
const CLOSING_BOUND_MS = 5_000;

/** The products, the buyers and the recorded steps of one replay. The buyers are as independent as replicas. */
export class Stage {
  readonly buyers: Buyer[] = [];
  readonly steps: ReplayStep[] = [];
  readonly events: RaceEvent[] = [];
  readonly observer: Observer;
  private readonly beganAt = performance.now();
  private readonly stores: LeaseStore[] = [];
  private readonly databases: Database[] = [];
  private readonly told = new Map<Buyer, number>();
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
    { products: names, stock }: { products: readonly string[]; stock: number },
  ): Promise<Stage> {
    const settings = { strategy: strategy.name, stock, thinkTimeMs: 0 };
    const runs = await Promise.all(names.map(() => createRun(services.shop.database, settings)));
    // Carts are sorted by SKU. This makes the script's first product the first of a sorted cart.
    runs.sort((a, b) => (a.sku < b.sku ? -1 : 1));
    const products = runs.map(({ sku }, index) => ({ sku, name: names[index] ?? sku, stock }));
    return new Stage(services, strategy, runs, products);
  }

  /**
   * Adds a buyer with a separate connection, clock and lock client. `cart` lists product names in the buyer's sequence.
   */
  async enter(
    name: string,
    {
      cart = this.products.map((product) => product.name),
      sorted = true,
      lockTtlMs = PATIENT_TTL_MS,
      lockWaitMs = WAIT_MS,
    } = {},
  ): Promise<Buyer> {
    const { shop, databaseUrl, publish, keepAnswer, codeOf } = this.services;
    const database = connectDatabase(databaseUrl, 1, this.observer.connectionName(name));
    this.databases.push(database);
    const lines = sorted ? normaliseCart(this.linesOf(cart)) : this.linesOf(cart);
    const runs = this.runs.filter((run) => lines.some((line) => line.sku === run.sku));
    const seen = (runId: string, event: RaceEvent) => {
      buyer.events.push(event);
      this.events.push(event);
      publish(runId, event);
    };
    const buyer: Buyer = new Buyer({
      name,
      waitsFor: () => this.observer.waitsFor(name),
      buy: (pass) => request({ shopper: name, shop: ownShop, lines, runs, seen, keepAnswer, codeOf }, pass),
    });
    const granted = (owner: string) => this.observer.granted(owner, name);
    const strategy = this.openStrategy({
      database,
      settings: { lockTtlMs, lockWaitMs, clock: buyer.clock },
      around: (store) => watched(store, { ...buyer.watch, granted }),
    });
    const ownShop: Shop = { ...shop, database, strategy: () => strategy };
    this.buyers.push(buyer);
    // Opens the connection now, so that the first step's duration does not include it.
    await database.$queryRaw`SELECT 1`;
    return buyer;
  }

  /** Records a step, with a sentence that describes the buyer's observed progress. */
  async tell(buyer: Buyer, arrival: Arrival, { decisive = false, after = "" } = {}): Promise<void> {
    const from = this.told.get(buyer) ?? 0;
    this.told.set(buyer, buyer.events.length);
    const { name, events, suspended } = buyer;
    const sentence = tell(arrival, { name, events, news: events.slice(from), suspended, productOf: this.productOf });
    await this.step(buyer, `${sentence}${after && ` ${after}`}`, { decisive });
  }

  /** Records this arrival and all following ones, until the end of the buyer's request. */
  async follow(buyer: Buyer, first: Arrival, until: readonly CheckpointName[], options = {}): Promise<void> {
    let arrival = first;
    await this.tell(buyer, arrival, options);
    while (arrival.at !== "the end") {
      arrival = await buyer.reach(until);
      await this.tell(buyer, arrival, options);
    }
  }

  /** Records a step with the given sentence. `buyer` is null if time passed or a store acted. */
  async step(buyer: Buyer | null, sentence: string, { decisive = false } = {}): Promise<void> {
    const [stocks, holders] = await Promise.all([this.observer.stocks(), this.observer.holders()]);
    const lane = (one: Buyer) => one.lane(this.told.get(one) ?? 0, holders.includes(one.name), this.productOf);
    this.steps.push({
      number: this.steps.length + 1,
      sentence,
      shopper: buyer?.name ?? null,
      atMs: Math.round(performance.now() - this.beganAt),
      lanes: Object.fromEntries(this.buyers.map((one) => [one.name, lane(one)])),
      stocks,
      holder: inCommon(holders),
      decisive: decisive && !this.decided,
    });
    this.decided ||= decisive;
  }

  /** The buyer who holds the locks of all products, according to the lock store, or null. */
  async holder(): Promise<string | null> {
    return inCommon(await this.observer.holders());
  }

  /** Lets every request end, then closes all clients. */
  async close(): Promise<void> {
    for (const buyer of this.buyers) buyer.dismiss();
    const requests = Promise.all(this.buyers.map((buyer) => buyer.request));
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

  /** The product's name for sentences; empty if there is only one product. */
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
