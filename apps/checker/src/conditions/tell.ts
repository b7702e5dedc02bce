import { buyer, count } from "../counterexample/words.ts";
import type { Operation } from "../history/operation.ts";
import type { StockCall } from "../models/stock-call.ts";
import type { SkuBounds } from "./sku-bounds.ts";

/** A violated condition in a sentence, with its figures. */
export const tell = {
  oversold({ operation, lines }: StockCall, { sold, initial, mayBeBack }: SkuBounds): string {
    const back = mayBeBack > 0 ? `, and at most ${mayBeBack} had come back` : "";
    return `When ${buyer(operation)} was told "reserved", ${sold} units of ${lines[0]?.sku} had been sold; there were ${initial}${back}.`;
  },

  soldTwice({ operation }: StockCall, unit: number, before: Operation): string {
    if (before === operation) return `${buyer(operation, true)} was sold unit ${unit} twice in one order.`;
    const holders =
      before.process === operation.process
        ? `${buyer(operation, true)} was twice`
        : `${buyer(before, true)} and ${buyer(operation)} were both`;
    return `${holders} sold unit ${unit}, which cannot have been released in between.`;
  },

  noSuchUnit({ operation }: StockCall, unit: number, { edition }: SkuBounds): string {
    return `${buyer(operation, true)} was sold unit ${unit} of an edition of ${edition}.`;
  },

  soldOutTooEarly({ operation, lines }: StockCall, least: number, { initial }: SkuBounds): string {
    const asked = lines.map(({ sku, quantity }) => `${quantity} of ${sku}`).join(" and ");
    const left = `at least ${least} of ${initial} ${lines[0]?.sku} ${least === 1 ? "was" : "were"} left`;
    return `${buyer(operation, true)} asked for ${asked} and was told "sold out", but ${left} during the whole call, even if every open request had taken its units.`;
  },

  impossibleRead({ operation, lines, stock }: StockCall, from: number, to: number): string {
    const what = `${buyer(operation, true)} read a stock of ${stock} of ${lines[0]?.sku}`;
    if ((stock as number) < 0) return `${what}, which is below zero.`;
    if (from > to) return `${what}, but by then more had been sold than there were.`;
    return `${what}, but during the whole call it was ${from === to ? from : `between ${from} and ${to}`}.`;
  },

  givenBackTooOften({ operation, lines }: StockCall, sku: string, { edition, least }: SkuBounds): string {
    const quantity = lines.find((line) => line.sku === sku)?.quantity ?? 0;
    return `After ${buyer(operation)} released ${count(quantity, "unit")}, at least ${least} of ${sku} would be in stock, of an edition of ${edition}.`;
  },
};
