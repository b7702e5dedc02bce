import { randomBytes, randomUUID } from "node:crypto";
import type { LabRun } from "@last-unit/prisma";
import { normaliseCart } from "../../checkout/cart.ts";
import { placeOrder } from "../../checkout/place-order.ts";
import type { Shop } from "../../checkout/shop.ts";
import { connectDatabase, type Database } from "../../database.ts";
import type { Checkpoint, CheckpointName } from "../../inventory/checkpoint.ts";
import { resourceOf } from "../../inventory/guarded-by.ts";
import type { LeaseStore } from "../../inventory/lease-store.ts";
import { openStrategy, type Services, type StrategyName } from "../../inventory/registry.ts";
import type { Line, Strategy } from "../../inventory/strategy.ts";
import type { Answer } from "../answers.ts";
import type { RaceEvent } from "../events.ts";
import { enterRace } from "../lab.ts";
import { createRun } from "../runs.ts";
import { holderOfAdvisoryLock, holderOfRow, waitsFor } from "./postgres-locks.ts";
import type { Arrival, Product, ReplayAnswer, ReplayStep, Scenario } from "./replay.ts";
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
  private readonly id = randomBytes(4).toString("hex");
  private readonly beganAt = performance.now();
  private readonly stores: LeaseStore[] = [];
  private readonly databases: Database[] = [];
  /** Who was granted leases under which owner value, in order. */
  private readonly grants: { owner: string; shopper: string }[] = [];
  private readonly told = new Map<Shopper, number>();
  private decided = false;

  private constructor(
    readonly strategy: Strategy,
    private readonly services: ReplayServices,
    readonly runs: readonly LabRun[],
    readonly products: readonly Product[],
  ) {}

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
    return new Stage(strategy, services, runs, products);
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
    const { shop, databaseUrl, lockServices } = this.services;
    const connectionName = this.connectionName(name);
    const lines = this.linesOf(cart);
    const database = connectDatabase(databaseUrl, 1, connectionName);
    this.databases.push(database);
    const shopper: Shopper = new Shopper({
      name,
      waitsFor: async () => this.shopperOf(await waitsFor(shop.database, connectionName)),
      buy: (pass) => this.buy(shopper, ownShop, sorted ? normaliseCart(lines) : lines, pass),
    });
    const strategy = openStrategy(this.strategy.name as StrategyName, {
      ...lockServices,
      database,
      settings: { lockTtlMs, lockWaitMs, clock: shopper.clock },
      around: (store) => {
        this.stores.push(store);
        const granted = (owner: string) => void this.grants.push({ owner, shopper: name });
        return watched(store, { ...shopper.watch, granted });
      },
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
    const productOf = (sku: string | undefined) => this.productOf(sku);
    const sentence = tell(arrival, { name, events, news: events.slice(from), suspended, productOf });
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
    const [stocks, holders] = await Promise.all([this.stocks(), this.holders()]);
    const lane = (one: Shopper) =>
      one.lane(this.told.get(one) ?? 0, holders.includes(one.name), (sku) => this.productOf(sku));
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

  connectionName = (shopper: string) => `replay-${this.id}-${shopper}`;

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

  private async stocks(): Promise<number[]> {
    const sku = { in: this.products.map((product) => product.sku) };
    const rows = await this.services.shop.database.stock.findMany({ where: { sku } });
    return this.products.map((product) => rows.find((row) => row.sku === product.sku)?.stock ?? 0);
  }

  /** The shopper who holds the locks of all products, as the store that grants them says. */
  async holder(): Promise<string | null> {
    return inCommon(await this.holders());
  }

  private holders(): Promise<(string | undefined)[]> {
    return Promise.all(this.products.map((product) => this.holderOf(product.sku)));
  }

  private async holderOf(sku: string): Promise<string | undefined> {
    const { database } = this.services.shop;
    if (this.strategy.guard !== "none") {
      const owner = await this.stores.find((store) => store.ownerOf)?.ownerOf?.(resourceOf(sku));
      // The last one, because the naive lock has the same value for everybody: a key that is there is the last grant's.
      return this.grants.findLast((grant) => grant.owner === owner)?.shopper;
    }
    const ask = { "row-lock": holderOfRow, "advisory-lock": holderOfAdvisoryLock }[this.strategy.write];
    return this.shopperOf(await ask?.(database, sku));
  }

  private shopperOf(connection: string | undefined): string | undefined {
    return this.shoppers.find((shopper) => this.connectionName(shopper.name) === connection)?.name;
  }

  /** For sentences: a product is named where there are several. */
  private productOf(sku: string | undefined): string {
    return this.products.length > 1 ? (this.products.find((product) => product.sku === sku)?.name ?? "") : "";
  }

  private linesOf(cart: readonly string[]): Line[] {
    return cart.map((name) => {
      const product = this.products.find((one) => one.name === name);
      if (!product) throw new Error(`There is no ${name} on this stage.`);
      return { sku: product.sku, quantity: 1 };
    });
  }

  /** Through the same checkout as anybody's request. */
  private async buy(shopper: Shopper, shop: Shop, lines: readonly Line[], pass: Checkpoint): Promise<ReplayAnswer> {
    const runs = this.runs.filter((run) => lines.some((line) => line.sku === run.sku));
    const [run] = runs;
    if (!run) throw new Error("The cart is empty.");
    const race = enterRace({
      run,
      shopper: shopper.name,
      quantity: 1,
      replica: shop.replica,
      publish: (runId, event) => {
        shopper.events.push(event);
        this.events.push(event);
        this.services.publish(runId, event);
      },
      keepAnswer: async (answer) => {
        for (const { id } of runs) await this.services.keepAnswer({ ...answer, runId: id });
      },
    });
    const checkpoint: Checkpoint = async (name, detail) => {
      await race.terms.checkpoint(name, detail);
      await pass(name);
    };
    const products = new Map(this.products.map((product) => [product.sku, { ...product, priceCents: 18_900 }]));
    const request = { buyerId: randomUUID(), lines, products, race: { ...race.terms, checkpoint } };
    const answer = await placeOrder(shop, request).then(
      (placed): ReplayAnswer =>
        placed.outcome === "reserved"
          ? {
              code: "RESERVED",
              unitNumbers: placed.order.lines.flatMap((line) => line.unitNumbers),
              orderId: placed.order.id,
            }
          : { code: "OUT_OF_STOCK", unitNumbers: [], orderId: null },
      (error: unknown): ReplayAnswer => ({ code: this.services.codeOf(error), unitNumbers: [], orderId: null }),
    );
    const { code, orderId, unitNumbers } = answer;
    await race.answered(code, orderId === null ? undefined : { orderId, unitNumbers });
    return answer;
  }
}

function inCommon([first, ...others]: readonly (string | undefined)[]): string | null {
  return first !== undefined && others.every((other) => other === first) ? first : null;
}
