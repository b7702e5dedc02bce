import { forgetAnswer, type Operation } from "../history/operation.ts";
import { shrink } from "./shrink.ts";

export interface Minimised {
  /** Answers that exclude each other, in the order in which they were given. */
  readonly operations: readonly Operation[];
  /**
   * Other operations without which one of those answers would be wrong by itself, with their own answers forgotten. Often none.
   * Whether they happened or not, `operations` are not linearizable.
   */
  readonly context: readonly Operation[];
  /**
   * Whether there is an order as soon as any one of `operations` is left out: the operation where `context` is empty, its answer
   * where it is not. `false` where that could not be made certain in time.
   */
  readonly isMinimal: boolean;
}

/** Checks a small history. Delta debugging calls it many times. */
export type Trial = (operations: readonly Operation[]) => "linearizable" | "not-linearizable" | "unknown";

export interface MinimiseOptions {
  /** 10,000 where absent. */
  readonly timeMs?: number;
  /** Operations that may be enough for a contradiction: they are tried first. */
  readonly suspects?: readonly Operation[];
}

/**
 * The shortest part of a history that is still not linearizable, by delta debugging over processes and operations.
 *
 * Removing an operation can make a correct answer impossible: without the sale, the "sold out" after it is wrong. So
 * answers are *forgotten*, as if they had been lost on the way, which never makes a correct history impossible. That finds the
 * answers which contradict each other, whatever all others were. Then as many of the other operations as possible are
 * removed, provided that the same answers still contradict each other.
 *
 * Trials: O(k log n) where k of n operations remain, and O(n²) at worst.
 */
export function minimise(
  operations: readonly Operation[],
  trial: Trial,
  { timeMs = 10_000, suspects = [] }: MinimiseOptions = {},
): Minimised {
  const begun = performance.now();
  const isOver = (share: number) => () => performance.now() > begun + timeMs * share;
  const { items, isMinimal } = blame(operations, trial, { suspects, isOver: isOver(0.6) });
  // What stays has to be a contradiction by itself: a context may hold the very operation that explains the answers.
  const isContradiction = (context: readonly Operation[]) =>
    trial([...items, ...context].toSorted((a, b) => a.line - b.line)) === "not-linearizable";
  const isTight = (context: readonly Operation[]) =>
    isMinimal && isContradiction(context) && isMinimalWith(items, context, trial, isOver(1));
  if (isTight([])) return { operations: items, context: [], isMinimal: true };

  const blamed = new Set(items);
  const others = operations.filter((operation) => !blamed.has(operation)).map(forgetAnswer);
  const context = isMinimal ? shrink(others, isTight, isOver(1)).items : [];
  return { operations: items, context, isMinimal: isMinimal && isTight(context) };
}

/** Those whose answers cannot all be true, whatever the others were answered. */
function blame(
  operations: readonly Operation[],
  trial: Trial,
  { suspects, isOver }: { suspects: readonly Operation[]; isOver: () => boolean },
): { items: readonly Operation[]; isMinimal: boolean } {
  const fails = (heard: readonly Operation[]) => {
    const isHeard = new Set(heard);
    const forgotten = operations.map((operation) => (isHeard.has(operation) ? operation : forgetAnswer(operation)));
    return trial(forgotten) === "not-linearizable";
  };
  const inOrder = (some: readonly Operation[]) => {
    const wanted = new Set(some);
    return operations.filter((operation) => wanted.has(operation));
  };
  const first = inOrder(suspects);
  if (first.length > 0 && fails(first)) return shrink(first, fails, isOver);
  const heard = operations.filter(({ type }) => type === "ok");
  const someProcesses = shrink(byProcess(heard), (groups) => fails(groups.flat()), isOver).items.flat();
  return shrink(inOrder(someProcesses), fails, isOver);
}

/** Whether every one of the operations is needed for the contradiction. */
function isMinimalWith(
  operations: readonly Operation[],
  context: readonly Operation[],
  trial: Trial,
  isOver: () => boolean,
): boolean {
  return operations.every((left) => {
    if (isOver()) return false;
    const rest = operations.filter((operation) => operation !== left);
    const all = context.length === 0 ? rest : [...rest, forgetAnswer(left), ...context];
    return trial(all.toSorted((a, b) => a.line - b.line)) === "linearizable";
  });
}

function byProcess(operations: readonly Operation[]): Operation[][] {
  const groups = new Map<number, Operation[]>();
  for (const operation of operations) {
    const group = groups.get(operation.process);
    if (group) group.push(operation);
    else groups.set(operation.process, [operation]);
  }
  return [...groups.values()];
}
