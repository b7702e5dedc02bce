/** One part of a schedule: so many steps of one process, or as many as it can take, or a fault. */
export type Turn = { readonly process: string; readonly steps: number | "all" } | { readonly fault: string };

/** A fault's name in schedules: its letter, and the process that it strikes. */
export const signOf = ({ letter }: { readonly letter: string }, process = ""): string => letter + process;

export class InvalidSchedule extends Error {
  override readonly name = "InvalidSchedule";
}

const TURN = /^([A-Z])([1-9]\d{0,3}|\*)$/;
const FAULT = /^[a-z][A-Z]?$/;
const MOST_TURNS = 1_000;

/**
 * Reads a schedule such as `A3 B2 A*`: A takes three steps, B takes two, then A goes on until it has ended, is blocked or
 * waits for a timer. A lower-case letter is a fault, with the process that it strikes if it strikes one: `A2 pA B* A*`.
 * After the last turn the processes go on in turn, without preemption.
 *
 * @throws InvalidSchedule
 */
export function parseSchedule(text: string): Turn[] {
  const words = text.trim() === "" ? [] : text.trim().split(/\s+/);
  if (words.length > MOST_TURNS) throw new InvalidSchedule(`A schedule has at most ${MOST_TURNS} turns.`);
  return words.map((word) => {
    if (FAULT.test(word)) return { fault: word };
    const [, process, steps] = TURN.exec(word) ?? [];
    if (!process || !steps) {
      throw new InvalidSchedule(
        `"${word.slice(0, 20)}" is no turn. A turn is a process and its number of steps, or * for all it can take; or a fault: A3 pA B2 A*`,
      );
    }
    return { process, steps: steps === "*" ? "all" : Number(steps) };
  });
}

export const printSchedule = (turns: readonly Turn[]): string =>
  turns
    .map((turn) => ("fault" in turn ? turn.fault : `${turn.process}${turn.steps === "all" ? "*" : turn.steps}`))
    .join(" ");

/** The turns of steps that were taken. `couldGoOn`: whether the process could have taken one more after the step. */
export function turnsOf(taken: readonly { process: string; fault?: string; couldGoOn: boolean }[]): Turn[] {
  const turns: ({ process: string; steps: number; couldGoOn: boolean } | { fault: string })[] = [];
  for (const { process, fault, couldGoOn } of taken) {
    const last = turns.at(-1);
    if (fault !== undefined) turns.push({ fault });
    // A process that waited for a timer begins a new turn: `*` ended its last one.
    else if (last && "process" in last && last.process === process && last.couldGoOn) {
      last.steps += 1;
      last.couldGoOn = couldGoOn;
    } else turns.push({ process, steps: 1, couldGoOn });
  }
  return turns.map((turn) =>
    "fault" in turn ? turn : { process: turn.process, steps: turn.couldGoOn ? turn.steps : "all" },
  );
}
