import type { Violation } from "../conditions/violation.ts";
import type { Operation } from "../history/operation.ts";
import { describeAnswer, describeCall } from "./describe.ts";
import type { Minimised } from "./minimise.ts";
import { buyer, count, listed, milliseconds } from "./words.ts";

/** At most so many operations are listed, the last ones. */
const told = 8;

/**
 * Says why operations are not linearizable: what was answered, how the calls overlapped, and why the answers exclude each
 * other. O(operations).
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
  const start = Math.min(...[...operations, ...context].map(({ calledNs }) => calledNs));
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
    return "The second request began before the first was answered, so both could have read the same stock; but at most one of the two answers can be correct.";
  }
  const gap = milliseconds(second.calledNs, first.answeredNs);
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
    const since = milliseconds(operation.calledNs, start);
    return `${describeCall(operation)} of ${buyer(operation)}, called at ${since}`;
  });
  const more = context.length > told ? ` and ${count(context.length - told, "other")}` : "";
  return [`Operations without a known answer that may also have happened: ${names.join("; ")}${more}.`];
}

function sentence(operation: Operation, start: number): string {
  const called = `${buyer(operation, true)} called ${describeCall(operation)} at ${milliseconds(operation.calledNs, start)}`;
  if (operation.type === "info") return `${called} and got no answer: it may or may not have happened.`;
  return `${called} and was answered "${describeAnswer(operation)}" at ${milliseconds(operation.answeredNs, start)}.`;
}

function conclusion(
  operations: readonly Operation[],
  { context, isMinimal }: Pick<Minimised, "context" | "isMinimal">,
  model: string,
): string {
  const processes = [...new Set(operations.map((operation) => buyer(operation)))];
  const who = processes.length <= 4 ? listed(processes) : count(processes.length, "buyer");
  if (operations.length === 1) return `No correct ${model} could have answered ${who} like this.`;
  const all = `There is no linearization (a sequence in which each operation takes effect between its call and its answer) in which a correct ${model} gives ${who} these ${operations.length} answers.`;
  if (!isMinimal) return all;
  return `${all} Without ${context.length === 0 ? "any one of them" : "the answer of any one of them"}, there is one.`;
}
