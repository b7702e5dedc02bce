import type { Violation } from "../conditions/violation.ts";
import type { Operation } from "../history/operation.ts";
import { describeAnswer, describeCall } from "./describe.ts";
import type { Minimised } from "./minimise.ts";
import { count, listed, milliseconds, shopper } from "./words.ts";

/** So many operations are told one by one; of more, the last ones. */
const told = 8;

/**
 * Says why operations cannot be explained, in sentences: what was answered, how the calls lay in time, and why the answers
 * exclude each other. O(operations).
 */
export function explain(
  { operations, context, isMinimal }: Minimised,
  { violation, model }: { violation?: Violation; model: string },
): string[] {
  if (operations.length === 0) return [];
  const first = violation ? [violation.sentence] : [];
  const pair = asPair(operations);
  if (violation && operations.length === 1) return first;
  if (violation && pair) return [...first, howTheyLay(pair)];
  const start = Math.min(...[...operations, ...context].map(({ calledAt }) => calledAt));
  return [
    ...first,
    ...oneByOne(operations, start),
    ...mayHaveHappened(context, start),
    conclusion(operations, { context, isMinimal }, model),
  ];
}

function asPair(operations: readonly Operation[]): [Operation, Operation] | undefined {
  return operations.length === 2 ? (operations as [Operation, Operation]) : undefined;
}

function howTheyLay([first, second]: [Operation, Operation]): string {
  if (second.calledAt <= first.answeredAt) {
    return "The second request began before the first was answered, so both could have seen the same stock; but only one of the two answers can be true.";
  }
  const gap = milliseconds(second.calledAt, first.answeredAt);
  return `The second request began ${gap} after the first was answered, and its answer does not take the first one into account.`;
}

function oneByOne(operations: readonly Operation[], start: number): string[] {
  const skipped = operations.length - told;
  const lines = operations.slice(-told).map((operation) => sentence(operation, start));
  return skipped > 0 ? [`${count(skipped, "operation")} came before these.`, ...lines] : lines;
}

function mayHaveHappened(context: readonly Operation[], start: number): string[] {
  if (context.length === 0) return [];
  const names = context.slice(-told).map((operation) => {
    const since = milliseconds(operation.calledAt, start);
    return `${describeCall(operation)} of ${shopper(operation)}, called at ${since}`;
  });
  const more = context.length > told ? ` and ${count(context.length - told, "other")}` : "";
  return [`Meanwhile there may have been, at any time since they were called: ${names.join("; ")}${more}.`];
}

function sentence(operation: Operation, start: number): string {
  const called = `${shopper(operation, true)} called ${describeCall(operation)} at ${milliseconds(operation.calledAt, start)}`;
  if (operation.type === "info") return `${called} and never heard an answer: it may have happened or not.`;
  return `${called} and was answered "${describeAnswer(operation)}" at ${milliseconds(operation.answeredAt, start)}.`;
}

function conclusion(
  operations: readonly Operation[],
  { context, isMinimal }: Pick<Minimised, "context" | "isMinimal">,
  model: string,
): string {
  const processes = [...new Set(operations.map((operation) => shopper(operation)))];
  const who = processes.length <= 4 ? listed(processes) : count(processes.length, "shopper");
  if (operations.length === 1) return `No ${model} that works could have answered ${who} like this.`;
  const all = `There is no order of events, each at a moment between its call and its answer, in which a ${model} that works gives ${who} these ${operations.length} answers.`;
  if (!isMinimal) return all;
  return `${all} ${context.length === 0 ? "Leave out" : "Take away the answer of"} any one of them, and there is one.`;
}
