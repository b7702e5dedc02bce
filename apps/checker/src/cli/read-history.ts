import type { ConditionsReport } from "../conditions/linear-conditions.ts";
import { StreamedConditions } from "../conditions/streamed-conditions.ts";
import { HistoryError } from "../history/history-error.ts";
import type { Operation } from "../history/operation.ts";
import { indexOf, inOrder, type NumberedEvent } from "../history/order.ts";
import { Pairing, pairNumbered } from "../history/pair-events.ts";
import { emptyHistory, readEvents } from "../history/parse-history.ts";
import type { Setup } from "../history/setup.ts";
import type { HistorySource } from "../history/text.ts";
import { type ModelName, type ModelOptions, modelNames } from "../models/models.ts";
import type { StockOptions } from "../models/stock.ts";
import { type CommandOptions, UsageError } from "./options.ts";

/** More operations than these are not kept for the search. About 500 MB. */
export const mostOperations = 300_000;

export type ReadHistory = {
  readonly model: ModelName;
  readonly modelOptions: ModelOptions;
} & (
  | { readonly kind: "whole"; readonly operations: readonly Operation[] }
  /** Too large to keep; its conditions were looked at on the way. */
  | { readonly kind: "streamed"; readonly operations: number; readonly report: ConditionsReport }
);

export type ReadOptions = Pick<CommandOptions, "model" | "modelOptions" | "format" | "conditions">;

/**
 * Reads a history as far as memory allows. A larger one of a stock is checked by its conditions while it is read.
 * @throws HistoryError where it is none, or too large for a model that has no such conditions. UsageError where nobody says
 * its model.
 */
export async function readHistory(
  source: HistorySource,
  options: ReadOptions,
  onProgress: (events: number) => void,
  most = mostOperations,
): Promise<ReadHistory> {
  const kept: NumberedEvent[] = [];
  let count = 0;
  let of: ReturnType<typeof setupFor> | undefined;
  let stream: ConditionsStream | undefined;
  for await (const { events, setup } of readEvents(source, options)) {
    const last = events.at(-1);
    if (!last) continue;
    of ??= setupFor(options, setup);
    count += events.length;
    if (stream) stream.add(events);
    else for (const event of events) kept.push(event);
    if (!stream && kept.length > 2 * most) {
      if (of.model !== "stock") throw tooLarge(of.model, most, last.line);
      stream = new ConditionsStream(of.modelOptions as StockOptions);
      stream.add(inOrder(kept));
      kept.length = 0;
    }
    onProgress(count);
  }
  if (!of) throw emptyHistory();
  if (!stream && !options.conditions) return { ...of, kind: "whole", operations: pairNumbered(kept).operations };
  if (!stream) {
    stream = new ConditionsStream(of.modelOptions as StockOptions);
    stream.add(inOrder(kept));
  }
  return { ...of, kind: "streamed", ...stream.end() };
}

/** The flags take precedence over the setup in the history's first line. */
function setupFor({ model: wanted, modelOptions, conditions }: ReadOptions, setup: Setup | undefined) {
  const model = wanted ?? setup?.model;
  if (!model) {
    const names = modelNames.join(", ");
    throw new UsageError(`--model is missing, and the history does not state it; one of ${names} was expected.`);
  }
  if (conditions && model !== "stock") {
    throw new UsageError(`--conditions is for the model stock; ${model} has no such conditions.`);
  }
  const told = setup?.model === model ? setup.initial : undefined;
  return { model, modelOptions: { ...modelOptions, initial: { ...told, ...modelOptions.initial } } };
}

/** The conditions of a stock, asked while the events are read and not kept. */
class ConditionsStream {
  readonly #pairing = new Pairing();
  readonly #conditions: StreamedConditions;
  #last: NumberedEvent | undefined;
  #operations = 0;

  constructor(options: StockOptions) {
    this.#conditions = new StreamedConditions(options);
  }

  add(events: readonly NumberedEvent[]): void {
    for (const numbered of events) {
      const last = this.#last;
      if (last && Number.isInteger(indexOf(last)) && indexOf(numbered) < indexOf(last)) {
        throw new HistoryError(
          `the index goes from ${indexOf(last)} back to ${indexOf(numbered)}, and the history is too long to be sorted; ` +
            "events in the order of their index were expected",
          numbered.line,
        );
      }
      this.#last = numbered;
      const step = this.#pairing.add(numbered.event, numbered.line);
      this.#conditions.add(step);
      if (step.kind === "end" && step.ended !== "failed") this.#operations += 1;
    }
  }

  end(): { operations: number; report: ConditionsReport } {
    return { operations: this.#operations, report: this.#conditions.end() };
  }
}

function tooLarge(model: string, most: number, line: number): HistoryError {
  const limit = most.toLocaleString("en");
  return new HistoryError(
    `the history has more than ${limit} operations; the model ${model} can only be checked by a search, which keeps them all, ` +
      "so a shorter history was expected, for example of one key",
    line,
  );
}
