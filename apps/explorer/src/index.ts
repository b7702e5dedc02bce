export type { TakenStep } from "./controlled-process.ts";
export {
  type Execution,
  ExecutionHangs,
  type ExecutionOptions,
  execute,
} from "./execution.ts";
export {
  type Counterexample,
  type Exploration,
  type ExploreOptions,
  explore,
  type Progress,
  scheduleOf,
} from "./explore.ts";
export type { Deadlock, Ending, Fault, Process, Result, Run, RunFault, Step, System, VirtualClock } from "./process.ts";
export { repeat, replay } from "./replay.ts";
export { InvalidSchedule, parseSchedule, printSchedule, type Turn } from "./schedule.ts";
export { equalLines, type NotDeterministic, signatureOf } from "./signature.ts";
export { extentOf, tellCounterexample } from "./tell.ts";
