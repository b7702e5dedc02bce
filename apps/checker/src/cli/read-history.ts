import type { ConditionsReport } from "../conditions/linear-conditions.ts";
import { StreamedConditions } from "../conditions/streamed-conditions.ts";
import { HistoryError } from "../history/history-error.ts";
import type { HistorySource } from "../history/lines.ts";
import type { Operation } from "../history/operation.ts";
import { inOrderOfCalls, Pairing } from "../history/pair-events.ts";
import { readEvents } from "../history/parse-history.ts";
import type { StockOptions } from "../models/stock.ts";
import type { CommandOptions } from "./options.ts";

/** More operations than these are not kept for the search. About 500 MB. */
export const mostOperations = 300_000;

export type ReadHistory =
  | { readonly kind: "whole"; readonly operations: readonly Operation[] }
  /** Too large to keep; its conditions were looked at on the way. */
  | { readonly kind: "streamed"; readonly operations: number; readonly report: ConditionsReport };

export type ReadOptions = Pick<CommandOptions, "model" | "modelOptions" | "format" | "conditions">;

/**
 * Reads a history as far as memory allows. A larger one of a stock is judged by its conditions while it is read.
 * @throws HistoryError where it is none, or too large for a model that has no such conditions.
 */
export async function readHistory(
  source: HistorySource,
  { model, modelOptions, format, conditions: conditionsOnly }: ReadOptions,
  onProgress: (events: number) => void,
  most = conditionsOnly ? 0 : mostOperations,
): Promise<ReadHistory> {
  const pairing = new Pairing();
  const conditions = model === "stock" ? new StreamedConditions(modelOptions as StockOptions) : undefined;
  let operations: Operation[] = [];
  let count = 0;
  for await (const batch of readEvents(source, { format })) {
    for (const { event, line } of batch) {
      const step = pairing.add(event, line);
      conditions?.add(step, event.time);
      if (step.kind === "call" || step.ended === "failed") continue;
      count += 1;
      if (count <= most) operations.push(step.ended);
      else if (conditions) operations = [];
      else throw tooLarge(model, most, line);
    }
    onProgress(pairing.counts.events);
  }
  if (pairing.counts.events === 0) throw new HistoryError("the history is empty; at least one event was expected");
  if (conditions && (conditionsOnly || count > most))
    return { kind: "streamed", operations: count, report: conditions.end() };
  operations.push(...pairing.rest());
  return { kind: "whole", operations: inOrderOfCalls(operations) };
}

function tooLarge(model: string, most: number, line: number): HistoryError {
  const limit = most.toLocaleString("en");
  return new HistoryError(
    `the history has more than ${limit} operations; the model ${model} can only be judged by a search, which keeps them all, ` +
      "so a shorter history was expected, for example of one key",
    line,
  );
}
