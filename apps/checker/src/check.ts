import { linearConditions } from "./conditions/linear-conditions.ts";
import type { Violation } from "./conditions/violation.ts";
import { type Counterexample, counterexampleOf } from "./counterexample/counterexample.ts";
import type { Trial } from "./counterexample/minimise.ts";
import { faultOf, type HistoryEvent } from "./history/event.ts";
import { HistoryError } from "./history/history-error.ts";
import type { Operation } from "./history/operation.ts";
import { pairEvents } from "./history/pair-events.ts";
import type { AnyModel } from "./models/model.ts";
import { type ModelName, type ModelOptions, modelNames, models } from "./models/models.ts";
import type { StockOptions } from "./models/stock.ts";
import { stockCall } from "./models/stock-call.ts";
import { checkLinearizable } from "./search/check-linearizable.ts";
import type { Bounds } from "./search/find-order.ts";
import { partition } from "./search/partition.ts";

export interface CheckOptions extends ModelOptions, Bounds {
  readonly model: ModelName;
  /** Milliseconds for shortening the counterexample; default 10,000. */
  readonly minimiseMs?: number;
}

export interface CheckResult {
  readonly verdict: "linearizable" | "not-linearizable" | "unknown";
  /** Where the verdict is `not-linearizable`. */
  readonly counterexample?: Counterexample;
  /** Where the verdict is `unknown`. */
  readonly reason?: string;
  /** How many operations were checked. */
  readonly operations: number;
}

/**
 * Checks whether a history is linearizable: is there a sequence of operations in which a correct object gives these answers? For the stock model the conditions
 * that need no search come first. O(n log n) and the search's time; see `findOrder`.
 *
 * @param events in the order in which they happened, or with an `index` each.
 * @throws HistoryError where the events are no history, or the model does not understand them.
 */
export function checkHistory(events: Iterable<HistoryEvent>, options: CheckOptions): CheckResult {
  return checkOperations(pairEvents(checkedEvents(events)).operations, options);
}

/** The same for operations that were parsed already. */
export function checkOperations(operations: readonly Operation[], options: CheckOptions): CheckResult {
  const model = modelOf(options);
  const trial = trialOf(options);
  const counted = { operations: operations.length };
  const violation = firstViolation(operations, options);
  if (violation) {
    const blamed = { ...violation, operations: enough(operations, violation) };
    const counterexample = counterexampleOf(around(operations, violation, model), trial, {
      ...options,
      violation: blamed,
    });
    return { verdict: "not-linearizable", counterexample, ...counted };
  }
  const found = checkLinearizable(operations, model, options);
  if (found.verdict === "linearizable") return { verdict: "linearizable", ...counted };
  if (found.verdict === "unknown") return { verdict: "unknown", reason: found.reason, ...counted };
  return {
    verdict: "not-linearizable",
    counterexample: counterexampleOf(found.part.operations, trial, options),
    ...counted,
  };
}

/** @throws HistoryError where there is no such model. */
export function modelOf(options: ModelOptions & { readonly model: string }): AnyModel {
  if (!Object.hasOwn(models, options.model)) {
    throw new HistoryError(
      `there is no model ${JSON.stringify(options.model)}; one of ${modelNames.join(", ")} was expected`,
    );
  }
  return models[options.model as ModelName](options);
}

/** Checks the many small parts of a history that delta debugging produces. The cheap conditions come first. */
export function trialOf(options: ModelOptions & { readonly model: ModelName }, timeMs = 1000): Trial {
  const model = modelOf(options);
  return (operations) => {
    if (firstViolation(operations, options)) return "not-linearizable";
    return checkLinearizable(operations, model, { timeMs, memoryMb: 64 }).verdict;
  };
}

function firstViolation(
  operations: readonly Operation[],
  options: ModelOptions & { model: string },
): Violation | undefined {
  if (options.model !== "stock") return undefined;
  return linearConditions(operations, options as StockOptions).violations[0];
}

/** What is tied to the violation by its SKUs, until the answer that shows it. */
function around(operations: readonly Operation[], { operations: seen }: Violation, model: AnyModel): Operation[] {
  const until = Math.max(...seen.map(({ answeredAt }) => answeredAt));
  const parts = partition(operations.map((operation) => model.keys(model.interpret(operation))));
  const part = parts.find(({ calls }) => calls.some((index) => operations[index] === seen[0]));
  return (part?.calls ?? []).map((index) => operations[index] as Operation).filter(({ calledAt }) => calledAt <= until);
}

/** The operations that are likely to be enough to show it: for an oversold SKU its sales. The last one shows it. */
function enough(
  operations: readonly Operation[],
  { condition, sku, operations: seen }: Violation,
): readonly Operation[] {
  const last = seen.at(-1) as Operation;
  if (condition !== "oversold") return seen;
  const isSale = (operation: Operation) => {
    if (operation.type !== "ok" || operation.answeredAt > last.answeredAt) return false;
    const { kind, lines } = stockCall(operation);
    return kind === "reserve" && lines.some((line) => line.sku === sku);
  };
  return [...operations.filter((operation) => operation !== last && isSale(operation)), last];
}

function* checkedEvents(events: Iterable<HistoryEvent>): Generator<HistoryEvent> {
  let line = 0;
  for (const event of events) {
    line += 1;
    const fault = faultOf(event);
    if (fault) throw new HistoryError(`the event ${fault}`, line);
    yield event;
  }
}
