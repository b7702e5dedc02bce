import type { Operation } from "../history/operation.ts";
import { OwnUnits } from "../models/own-units.ts";
import type { StockOptions } from "../models/stock.ts";
import { type StockCall, stockCall } from "../models/stock-call.ts";
import { StockConditions } from "./stock-conditions.ts";
import type { ConditionName, Violation } from "./violation.ts";

export interface ConditionsReport {
  /** The first hundred, in the order of the answers that show them. */
  readonly violations: readonly Violation[];
  readonly counts: Readonly<Record<ConditionName, number>>;
}

/**
 * Checks the history of a stock by the conditions that any correct history keeps, without looking for an order: see
 * `StockConditions`. What is found is certain; that nothing is found proves nothing. O(n log n) for n operations, for sorting.
 *
 * @throws HistoryError where an operation is none of a stock.
 */
export function linearConditions(operations: readonly Operation[], options: StockOptions): ConditionsReport {
  const own = new OwnUnits();
  const calls = operations.map((operation) => own.name(stockCall(operation)));
  const conditions = new StockConditions(options);
  const byCall = calls.toSorted((a, b) => a.operation.calledAt - b.operation.calledAt);
  const byAnswer = calls
    .filter(({ operation }) => operation.type === "ok")
    .sort((a, b) => a.operation.answeredAt - b.operation.answeredAt);
  let next = 0;
  for (const answered of byAnswer) {
    // At one and the same time calls come first.
    for (; next < byCall.length; next += 1) {
      const call = byCall[next] as StockCall;
      if (call.operation.calledAt > answered.operation.answeredAt) break;
      conditions.begin(call);
    }
    conditions.end(answered);
  }
  return { violations: conditions.violations, counts: conditions.counts };
}
