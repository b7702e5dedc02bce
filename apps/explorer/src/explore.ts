import { type Execution, execute } from "./execution.ts";
import type { Deadlock, System } from "./process.ts";
import { printSchedule, turnsOf } from "./schedule.ts";
import { Search } from "./search.ts";
import type { NotDeterministic } from "./signature.ts";

export interface ExploreOptions {
  /** Explores only orders with at most so many preemptions. Default: all. */
  preemptions?: number;
  /** Explores orders with at most so many of the faults that the system offers. Default: none. */
  faults?: number;
  /** Stops after so many orders. Default: never. */
  limit?: number;
  /** Stops at the first wrong order. */
  untilWrong?: boolean;
  /** Leaves out orders that only swap independent steps. Cannot be combined with `preemptions` or `faults`. */
  prune?: boolean;
  /** Ends an execution after so many steps. Default: 400. */
  maxSteps?: number;
  /** Stops the exploration at the next order. */
  signal?: AbortSignal;
  /** The bound of each execution, for example `() => AbortSignal.timeout(10_000)`. */
  executionSignal?(): AbortSignal;
  /** Called after each order. */
  onProgress?(progress: Progress): void;
}

export interface Progress {
  readonly orders: number;
  readonly wrong: number;
  /** The number of preemptions of the orders that are explored now. */
  readonly preemptions: number;
}

/** An order of steps that went wrong. */
export interface Counterexample extends Execution {
  readonly schedule: string;
}

export interface Exploration extends Progress {
  /** The steps of all orders. */
  readonly steps: number;
  /** Executions that were given up because an equivalent order had been explored. */
  readonly pruned: number;
  /** All orders, or all with at most so many preemptions; undefined if not even those without preemption. */
  readonly completeUpTo: number | "all" | undefined;
  readonly stoppedBy?: "wrong order" | "limit" | "preemptions" | "signal" | "not deterministic";
  /** The orders in which processes waited for each other in a circle. */
  readonly deadlocked: number;
  readonly firstDeadlock?: Deadlock & { readonly schedule: string };
  /** How many faults an order had at most; absent without faults. */
  readonly faultsAtMost?: number;
  /** The wrong order with the fewest faults; of those with the fewest preemptions, and of those with the fewest steps. */
  readonly counterexample?: Counterexample;
  readonly notDeterministic?: NotDeterministic;
}

/**
 * Runs the system in every order of its processes' steps.
 *
 * @throws ExecutionHangs if a process waits for something that is no step.
 */
export async function explore(system: System, options: ExploreOptions = {}): Promise<Exploration> {
  const { preemptions = Number.POSITIVE_INFINITY, limit = Number.POSITIVE_INFINITY, prune = false } = options;
  const { faults = 0 } = options;
  if (prune && Number.isFinite(preemptions)) {
    throw new TypeError("A bound on preemptions counts all orders, so it cannot be combined with pruning.");
  }
  if (prune && faults > 0)
    throw new TypeError("A fault touches everything, so faults cannot be combined with pruning.");
  const search = new Search(prune, faults);
  const found = { orders: 0, wrong: 0, steps: 0, pruned: 0, deadlocked: 0 };
  let counterexample: Counterexample | undefined;
  let firstDeadlock: Exploration["firstDeadlock"];
  let notDeterministic: NotDeterministic | undefined;
  let stoppedBy: Exploration["stoppedBy"];
  const maxSteps = options.maxSteps;

  for (;;) {
    if (options.untilWrong && counterexample && search.left > 0) stoppedBy = "wrong order";
    else if (options.signal?.aborted) stoppedBy = "signal";
    else if (found.orders >= limit && search.left > 0) stoppedBy = "limit";
    if (stoppedBy) break;
    const branch = search.next(preemptions);
    if (!branch) break;
    const execution = await execute(system, branch.choose, { maxSteps, signal: options.executionSignal?.() });
    if (execution) branch.ended(execution.steps);
    if (branch.notDeterministic) {
      notDeterministic = { schedule: branch.schedule, ...branch.notDeterministic };
      stoppedBy = "not deterministic";
      break;
    }
    if (!execution) {
      found.pruned += 1;
      continue;
    }
    found.orders += 1;
    found.steps += execution.steps.length;
    const schedule = scheduleOf(execution);
    const [deadlock] = execution.deadlocks;
    if (deadlock) {
      found.deadlocked += 1;
      firstDeadlock ??= { ...deadlock, schedule };
    }
    if (execution.wrong.length > 0) {
      found.wrong += 1;
      const candidate = { ...execution, schedule };
      if (!counterexample || isSmaller(candidate, counterexample)) counterexample = candidate;
    }
    options.onProgress?.({ orders: found.orders, wrong: found.wrong, preemptions: search.preemptions });
  }
  if (!stoppedBy && search.left > 0) stoppedBy = "preemptions";
  return {
    ...found,
    preemptions: search.preemptions,
    ...(faults > 0 && { faultsAtMost: faults }),
    completeUpTo: completeUpTo(search, prune, stoppedBy),
    stoppedBy,
    firstDeadlock,
    counterexample,
    notDeterministic,
  };
}

export const scheduleOf = ({ steps }: Pick<Execution, "steps">): string => printSchedule(turnsOf(steps));

/**
 * By faults, then by preemptions, then by steps, then by the letters, so that the choice does not depend on the order of
 * the search.
 */
function isSmaller(a: Counterexample, b: Counterexample): boolean {
  if (a.faults !== b.faults) return a.faults < b.faults;
  if (a.preemptions !== b.preemptions) return a.preemptions < b.preemptions;
  if (a.steps.length !== b.steps.length) return a.steps.length < b.steps.length;
  return a.schedule < b.schedule;
}

function completeUpTo(
  search: Search,
  prune: boolean,
  stoppedBy: Exploration["stoppedBy"],
): Exploration["completeUpTo"] {
  if (!stoppedBy) return "all";
  // An order that was left out may be equivalent to one of more preemptions, which has not been explored yet.
  if (prune) return undefined;
  const completed = search.preemptions - 1;
  return completed >= 0 ? completed : undefined;
}
