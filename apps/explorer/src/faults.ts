import type { ControlledProcess, TakenStep } from "./controlled-process.ts";
import type { Fault, Run, RunFault } from "./process.ts";
import { signOf } from "./schedule.ts";

/** A fault that may happen now: either instead of the process's next step, or between two steps. */
export type PossibleFault =
  | { readonly instead: Fault; readonly process: ControlledProcess }
  | { readonly between: RunFault; readonly process: ControlledProcess | undefined };

/** The faults that may happen before the next step, by their names in schedules. */
export function possibleFaults(run: Run, processes: readonly ControlledProcess[]): Map<string, PossibleFault> {
  const possible = new Map<string, PossibleFault>();
  const beforeStep = processes.filter(({ hasStep }) => hasStep);
  for (const between of run.faults?.(beforeStep.map(({ name }) => name)) ?? []) {
    const process = processes.find(({ name }) => name === between.process);
    possible.set(signOf(between, between.process), { between, process });
  }
  for (const process of beforeStep) {
    for (const instead of process.next?.faults ?? []) possible.set(signOf(instead, process.name), { instead, process });
  }
  return possible;
}

/** Lets a fault happen between two steps. */
export async function happen(
  fault: RunFault,
  process: ControlledProcess | undefined,
  choices: readonly string[],
): Promise<TakenStep> {
  if (fault.isCrash) process?.crash();
  await fault.perform();
  const sign = signOf(fault, fault.process);
  return {
    process: fault.process ?? "",
    name: fault.name,
    fault: sign,
    choices,
    remarks: [],
    outcome: "",
    couldGoOn: false,
  };
}
