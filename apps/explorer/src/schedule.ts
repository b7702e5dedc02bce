/** One part of a schedule: so many steps of one process, or as many as it can take. */
export interface Turn {
  readonly process: string;
  readonly steps: number | "all";
}

export class InvalidSchedule extends Error {
  override readonly name = "InvalidSchedule";
}

const TURN = /^([A-Z])([1-9]\d{0,3}|\*)$/;
const MOST_TURNS = 1_000;

/**
 * Reads a schedule such as `A3 B2 A*`: A takes three steps, B takes two, then A goes on until it has ended, is blocked or
 * waits for a timer. After the last turn the processes go on in turn, without preemption.
 *
 * @throws InvalidSchedule
 */
export function parseSchedule(text: string): Turn[] {
  const words = text.trim() === "" ? [] : text.trim().split(/\s+/);
  if (words.length > MOST_TURNS) throw new InvalidSchedule(`A schedule has at most ${MOST_TURNS} turns.`);
  return words.map((word) => {
    const [, process, steps] = TURN.exec(word) ?? [];
    if (!process || !steps) {
      throw new InvalidSchedule(
        `"${word.slice(0, 20)}" is no turn. A turn is a process and its number of steps, or * for all it can take: A3 B2 A*`,
      );
    }
    return { process, steps: steps === "*" ? "all" : Number(steps) };
  });
}

export const printSchedule = (turns: readonly Turn[]): string =>
  turns.map(({ process, steps }) => `${process}${steps === "all" ? "*" : steps}`).join(" ");

/** The turns of steps that were taken. `couldGoOn`: whether the process could have taken one more after the step. */
export function turnsOf(taken: readonly { process: string; couldGoOn: boolean }[]): Turn[] {
  const turns: { process: string; steps: number; couldGoOn: boolean }[] = [];
  for (const { process, couldGoOn } of taken) {
    const last = turns.at(-1);
    // A process that waited for a timer begins a new turn: `*` ended its last one.
    if (last?.process === process && last.couldGoOn) {
      last.steps += 1;
      last.couldGoOn = couldGoOn;
    } else turns.push({ process, steps: 1, couldGoOn });
  }
  return turns.map(({ process, steps, couldGoOn }) => ({ process, steps: couldGoOn ? steps : "all" }));
}
