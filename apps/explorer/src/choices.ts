import type { TakenStep } from "./controlled-process.ts";

/** What there is to choose from, before a step: a process, or a fault by its name in schedules. */
export interface Choices {
  /** The process that took the latest step. */
  readonly last: string | undefined;
  /** The processes that can take a step now, without preemption first. */
  readonly enabled: readonly string[];
  /** The faults that may happen now. */
  readonly faults: readonly string[];
  /** Whether this choice interrupts a process that could go on. */
  isPreemption(choice: string): boolean;
  touchesOf(process: string): readonly string[] | undefined;
}

/**
 * Decides who takes the next step, or which fault happens. `undefined` ends the exploration of this execution: it is
 * completed in any order and not judged.
 */
export type Choose = (choices: Choices, taken: readonly TakenStep[]) => string | undefined;
