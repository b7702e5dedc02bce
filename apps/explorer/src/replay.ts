import type { Choose } from "./choices.ts";
import { type Execution, type ExecutionOptions, execute } from "./execution.ts";
import { scheduleOf } from "./explore.ts";
import type { System } from "./process.ts";
import { InvalidSchedule, parseSchedule, type Turn } from "./schedule.ts";
import { equalLines, type NotDeterministic, signatureOf } from "./signature.ts";

/**
 * Runs the system once, in the order that the schedule says.
 *
 * @throws InvalidSchedule if it cannot be read, or if a process cannot take a step that it names.
 */
export async function replay(system: System, schedule: string, options: ExecutionOptions = {}): Promise<Execution> {
  const turns = parseSchedule(schedule);
  let refused: InvalidSchedule | undefined;
  const follow = follower(turns);
  const execution = await execute(
    system,
    (...args) => {
      try {
        return follow(...args);
      } catch (error) {
        if (!(error instanceof InvalidSchedule)) throw error;
        // The execution is completed first, so that it leaves nothing behind.
        refused = error;
        return undefined;
      }
    },
    options,
  );
  if (refused) throw refused;
  if (!execution) throw new Error("The execution ended without a result.");
  return execution;
}

function follower(turns: readonly Turn[]): Choose {
  let at = 0;
  let stepsOfTurn = 0;
  return (choices, taken) => {
    for (;;) {
      const turn = turns[at];
      if (!turn) return choices.enabled[0];
      if ("fault" in turn) {
        if (!choices.faults.includes(turn.fault)) throw noSuchFault(turn.fault, choices.faults, taken.length);
        at += 1;
        return turn.fault;
      }
      const isBegun = stepsOfTurn > 0;
      const isDone = turn.steps === "all" ? isBegun && !taken.at(-1)?.couldGoOn : stepsOfTurn >= turn.steps;
      if (!isDone) {
        if (!choices.enabled.includes(turn.process)) {
          const instead = choices.enabled.join(" or ");
          throw new InvalidSchedule(
            `${turn.process} cannot take a step after ${taken.length} steps; it has ended or waits. ${instead} can.`,
          );
        }
        stepsOfTurn += 1;
        return turn.process;
      }
      at += 1;
      stepsOfTurn = 0;
    }
  };
}

function noSuchFault(fault: string, possible: readonly string[], steps: number): InvalidSchedule {
  const instead = possible.length > 0 ? `Possible are ${possible.join(", ")}.` : "None is possible then.";
  return new InvalidSchedule(`The fault ${fault} cannot happen after ${steps} steps. ${instead}`);
}

/** Repeats a schedule. @returns the first two executions that differ, or undefined if all are equal. */
export async function repeat(
  system: System,
  schedule: string,
  times: number,
  options?: () => ExecutionOptions,
): Promise<NotDeterministic | undefined> {
  let expected: readonly string[] | undefined;
  for (let time = 0; time < times; time += 1) {
    const execution = await replay(system, schedule, options?.());
    const actual = signatureOf(execution);
    expected ??= actual;
    if (!equalLines(expected, actual)) return { schedule: scheduleOf(execution), expected, actual };
  }
  return undefined;
}
