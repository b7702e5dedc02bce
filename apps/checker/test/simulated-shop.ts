import type { CartLine, HistoryEvent } from "../src/history/event.ts";
import type { Random } from "./random.ts";

export type Fault = "lost-write" | "stale-read" | "double-grant" | "premature-sold-out";
export const faults: readonly Fault[] = ["lost-write", "stale-read", "double-grant", "premature-sold-out"];

export interface Simulation {
  readonly seed: number;
  readonly operations: number;
  /** How many buyers are at it at once. */
  readonly buyers: number;
  readonly skus?: number;
  /** Units of each SKU. */
  readonly stock: number;
  /** The largest quantity of a line. */
  readonly quantity?: number;
  /** Whether answers tell the unit numbers. */
  readonly withUnits?: boolean;
  /** The share of calls that are never answered: half of them have their effect, sooner or later. */
  readonly infoShare?: number;
  readonly failShare?: number;
  readonly readShare?: number;
  readonly giveBackShare?: number;
  /** One fault, in the middle of the run, at a moment when nobody else is at it, so that nothing can excuse it. */
  readonly fault?: Fault;
}

interface Order {
  readonly lines: readonly CartLine[];
}

interface Buyer {
  process: number;
  orders: Order[];
}

/** Something that happens at a moment; what is due first happens first. */
interface Due {
  readonly at: number;
  readonly happen: () => void;
}

/** The shop and its buyers, in simulated time. */
export class SimulatedShop {
  readonly initial: Readonly<Record<string, number>>;
  readonly #free = new Map<string, number[]>();
  readonly #events: HistoryEvent[] = [];
  readonly #random: Random;
  readonly #simulation: Simulation;
  #due: Due[] = [];
  #now = 0;
  #processes = 0;
  #called = 0;
  #limit = 0;

  constructor(simulation: Simulation, random: Random) {
    this.#simulation = simulation;
    this.#random = random;
    const skus = Array.from({ length: simulation.skus ?? 1 }, (_, index) => `sku-${index + 1}`);
    this.initial = Object.fromEntries(skus.map((sku) => [sku, simulation.stock]));
    for (const sku of skus)
      this.#free.set(
        sku,
        Array.from({ length: simulation.stock }, (_, index) => index + 1),
      );
  }

  history(): readonly HistoryEvent[] {
    return this.#events;
  }

  /** Lets so many more calls happen, and waits until all of them have been answered or given up. */
  run(operations: number): void {
    this.#limit = this.#called + operations;
    const buyers = Math.min(this.#simulation.buyers, operations);
    for (let buyer = 0; buyer < buyers; buyer += 1)
      this.#later(50, () => this.#act({ process: this.#newProcess(), orders: [] }));
    while (this.#due.length > 0) {
      const [first] = this.#due as [Due];
      const next = this.#due.reduce((one, other) => (other.at < one.at ? other : one), first);
      this.#due.splice(this.#due.indexOf(next), 1);
      this.#now = next.at;
      next.happen();
    }
  }

  /** @returns whether there was stock to be wrong about. */
  inject(fault: Fault): boolean {
    const [sku] = this.#free.keys();
    const free = this.#free.get(sku as string) as number[];
    const buyer = { process: this.#newProcess(), orders: [] };
    if (free.length === 0) return false;
    const line = { sku: sku as string, quantity: 1 };
    const sold = (units: readonly number[]) => ({ outcome: "reserved", ...(this.#simulation.withUnits && { units }) });
    if (fault === "premature-sold-out") {
      this.#alone(buyer, "reserve", line, { outcome: "sold-out" });
      return true;
    }
    const before = free.length;
    const unit = free[0] as number;
    // All that is left is sold, so that one too many shows whether or not units have numbers.
    for (const left of [...free]) {
      free.shift();
      this.#alone(buyer, "reserve", line, sold([left]));
    }
    if (fault === "stale-read") this.#alone(buyer, "read", { sku }, { stock: before });
    if (fault === "double-grant") this.#alone(buyer, "reserve", line, sold([unit]));
    // The shop forgets a sale, and so sells the unit again.
    if (fault === "lost-write") this.#alone({ process: this.#newProcess(), orders: [] }, "reserve", line, sold([unit]));
    return true;
  }

  #alone({ process }: Buyer, f: string, value: unknown, answer: unknown): void {
    this.#now += 10;
    this.#record(process, "invoke", f, value);
    this.#now += 10;
    this.#record(process, "ok", f, answer);
    this.#now += 10;
  }

  #act(buyer: Buyer): void {
    if (this.#called >= this.#limit) return;
    this.#called += 1;
    const { readShare = 0.1, giveBackShare = 0.15 } = this.#simulation;
    const order = buyer.orders[0];
    if (order && this.#random.chance(giveBackShare)) {
      buyer.orders = buyer.orders.slice(1);
      const lines = order.lines.map(({ sku, quantity }) => ({ sku, quantity }));
      this.#call(buyer, "give-back", cart(lines), () => this.#takeBack(order));
    } else if (this.#random.chance(readShare)) {
      const sku = this.#random.pick([...this.#free.keys()]);
      this.#call(buyer, "read", { sku }, () => ({ stock: this.#free.get(sku)?.length }));
    } else {
      const lines = this.#fillCart();
      this.#call(buyer, "reserve", cart(lines), (isHeard) => this.#reserve(isHeard ? buyer : undefined, lines));
    }
  }

  #call(buyer: Buyer, f: string, value: unknown, effect: (isHeard: boolean) => unknown): void {
    const { infoShare = 0, failShare = 0 } = this.#simulation;
    const { process } = buyer;
    this.#record(process, "invoke", f, value);
    const end = (type: "ok" | "fail" | "info", answer?: unknown, goesOn: Buyer = buyer) =>
      this.#later(40, () => {
        this.#record(process, type, f, answer);
        this.#later(30, () => this.#act(goesOn));
      });
    if (this.#random.chance(failShare)) end("fail");
    else if (this.#random.chance(infoShare)) {
      end("info", undefined, { process: this.#newProcess(), orders: [] });
      if (this.#random.chance(0.5)) this.#later(this.#random.pick([20, 2000]), () => effect(false));
    } else this.#later(40, () => end("ok", effect(true)));
  }

  #reserve(buyer: Buyer | undefined, lines: readonly CartLine[]): unknown {
    if (lines.some(({ sku, quantity }) => (this.#free.get(sku)?.length ?? 0) < quantity))
      return { outcome: "sold-out" };
    const taken = lines.map((line) => ({ ...line, units: this.#free.get(line.sku)?.splice(0, line.quantity) ?? [] }));
    buyer?.orders.push({ lines: taken });
    if (!this.#simulation.withUnits) return { outcome: "reserved" };
    return taken.length === 1 ? { outcome: "reserved", units: taken[0]?.units } : { outcome: "reserved", lines: taken };
  }

  #takeBack({ lines }: Order): unknown {
    for (const { sku, units = [] } of lines) this.#free.get(sku)?.push(...units);
    return {};
  }

  #fillCart(): CartLine[] {
    const skus = [...this.#free.keys()].filter(() => this.#random.chance(0.5));
    const chosen = skus.length > 0 ? skus : [this.#random.pick([...this.#free.keys()])];
    return chosen.map((sku) => ({ sku, quantity: this.#random.integer(1, this.#simulation.quantity ?? 1) }));
  }

  #later(most: number, happen: () => void): void {
    this.#due.push({ at: this.#now + this.#random.integer(1, most), happen });
  }

  #record(process: number, type: HistoryEvent["type"], f: string, value?: unknown): void {
    this.#events.push({ time: this.#now, process, type, f, ...(value !== undefined && { value }) });
  }

  #newProcess(): number {
    return this.#processes++;
  }
}

function cart(lines: readonly CartLine[]): unknown {
  return lines.length === 1 ? lines[0] : { lines };
}
