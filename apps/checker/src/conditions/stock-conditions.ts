import type { StockOptions } from "../models/stock.ts";
import { noInitialStock, type StockCall, type StockLine } from "../models/stock-call.ts";
import { type Moment, SkuBounds } from "./sku-bounds.ts";
import { tell } from "./tell.ts";
import { type ConditionName, conditionNames, type Violation } from "./violation.ts";

/** How many violations are kept; the others are only counted. */
const kept = 100;

/**
 * What must hold of a stock's history whatever the order of events was: no more sold than there were, no unit with two
 * holders, nobody told "sold out" while enough was left for the whole call, no read of what the stock cannot have been.
 * A history that breaks one is not linearizable; one that keeps them all may still not be.
 *
 * Takes calls and answers in the order of time. O(log of the edition) for each; memory for the open calls and the units.
 */
export class StockConditions {
  readonly violations: Violation[] = [];
  readonly counts = Object.fromEntries(conditionNames.map((name) => [name, 0])) as Record<ConditionName, number>;
  readonly #options: StockOptions;
  readonly #skus = new Map<string, SkuBounds>();
  /** For each open sold-out and read, the moment of its call, for each of its lines. */
  readonly #openSince = new Map<number, Moment[]>();

  constructor(options: StockOptions) {
    this.#options = options;
  }

  /** A call begins. Its kind says what will be answered; where that is not known yet, `reserve`. @throws HistoryError */
  begin(call: StockCall): void {
    const { kind, lines, operation } = call;
    for (const { sku, quantity, units } of lines) {
      const bounds = this.#boundsOf(sku, operation.line);
      if (kind === "reserve") bounds.mayTake(quantity);
      if (kind !== "give-back") continue;
      bounds.mayPutBack(quantity);
      if (!units) bounds.unnamedBack += quantity;
      for (const unit of units ?? []) {
        const use = bounds.units.get(unit);
        if (use) use.mayBeBack += 1;
        else bounds.units.set(unit, { sold: 0, mayBeBack: 1, soldBy: operation });
      }
    }
    if (kind === "sold-out" || kind === "read") {
      this.#openSince.set(
        operation.line,
        lines.map(({ sku }) => this.#boundsOf(sku, operation.line).now()),
      );
    }
  }

  /** A call was answered. */
  end(call: StockCall): void {
    const since = this.#openSince.get(call.operation.line);
    this.#openSince.delete(call.operation.line);
    if (since && call.kind === "sold-out") this.#checkSoldOut(call, since);
    if (since && call.kind === "read") this.#checkRead(call, since);
    for (const line of call.lines) {
      if (call.kind === "reserve") this.#sell(call, line);
      if (call.kind === "give-back") this.#takeBack(call, line);
    }
  }

  #sell(call: StockCall, { sku, quantity, units = [] }: StockLine): void {
    const bounds = this.#boundsOf(sku, call.operation.line);
    bounds.hasTaken(quantity);
    // Units first: two shoppers with one number say more than a sum.
    for (const unit of units) {
      if (unit < 1 || unit > bounds.edition) {
        this.#report("unit-that-does-not-exist", sku, [call.operation], tell.noSuchUnit(call, unit, bounds));
        continue;
      }
      const use = bounds.units.get(unit) ?? { sold: 0, mayBeBack: 0, soldBy: call.operation };
      bounds.units.set(unit, use);
      const before = use.soldBy;
      use.sold += 1;
      use.soldBy = call.operation;
      if (use.sold - use.mayBeBack - bounds.unnamedBack < 2) continue;
      this.#report("unit-sold-twice", sku, [before, call.operation], tell.soldTwice(call, unit, before));
    }
    if (bounds.most < 0) this.#report("oversold", sku, [call.operation], tell.oversold(call, bounds));
  }

  #takeBack(call: StockCall, { sku, quantity }: StockLine): void {
    const bounds = this.#boundsOf(sku, call.operation.line);
    bounds.hasPutBack(quantity);
    if (bounds.least > bounds.edition) {
      this.#report("given-back-too-often", sku, [call.operation], tell.givenBackTooOften(call, sku, bounds));
    }
  }

  /** One line that may have lacked stock is enough. */
  #checkSoldOut(call: StockCall, since: readonly Moment[]): void {
    const { lines, operation } = call;
    const least = lines.map(
      ({ sku }, index) => this.#boundsOf(sku, operation.line).since(since[index] as Moment).least,
    );
    if (lines.some(({ quantity }, index) => (least[index] as number) < quantity)) return;
    const [{ sku }] = lines as [StockLine];
    const sentence = tell.soldOutTooEarly(call, least[0] as number, this.#boundsOf(sku, operation.line));
    this.#report("sold-out-too-early", sku, [operation], sentence);
  }

  #checkRead(call: StockCall, [since]: readonly Moment[]): void {
    const [{ sku }] = call.lines as [StockLine];
    const bounds = this.#boundsOf(sku, call.operation.line);
    const { least, most } = bounds.since(since as Moment);
    const [from, to] = [Math.max(0, least), Math.min(bounds.edition, most)];
    const stock = call.stock as number;
    if (stock >= from && stock <= to) return;
    this.#report("impossible-read", sku, [call.operation], tell.impossibleRead(call, from, to));
  }

  #report(condition: ConditionName, sku: string, operations: Violation["operations"], sentence: string): void {
    this.counts[condition] += 1;
    if (this.violations.length < kept) this.violations.push({ condition, sku, operations, sentence });
  }

  #boundsOf(sku: string, line: number): SkuBounds {
    const known = this.#skus.get(sku);
    if (known) return known;
    const { initial, edition = {} } = this.#options;
    if (!Object.hasOwn(initial, sku)) throw noInitialStock(sku, line);
    const stock = initial[sku] as number;
    const bounds = new SkuBounds(stock, Math.max(stock, Object.hasOwn(edition, sku) ? (edition[sku] as number) : 0));
    this.#skus.set(sku, bounds);
    return bounds;
  }
}
