/** A step that a process has taken, as the explorer tells it. */
export interface TakenStep {
  /** One letter; empty for what happens to all of them. */
  process: string;
  name: string;
  outcome?: string;
  blockedBy?: string[];
  remarks: string[];
  /** Set if something went wrong here on purpose. */
  fault?: string;
  /** The stores' values after the step. */
  values?: Record<string, string>;
}

/** One order of steps, and what is wrong in it. */
export interface ToldOrder {
  schedule: string;
  steps: TakenStep[];
  wrong: string[];
  deadlocks: { cycle: string[]; afterStep: number }[];
  preemptions: number;
  processes: { letter: string; name: string }[];
}

/** What came of a step, and for whom it waited. The rest of it is its name. */
export function resultOf({ name, outcome, blockedBy, remarks }: TakenStep): string {
  const waited = blockedBy ? [`waits for ${blockedBy.join(" and ")}`] : [];
  const isSaid = outcome === "" || outcome === name || name === "timer";
  return [...waited, ...(isSaid ? [] : [outcome ?? "never answered"]), ...remarks].join(" · ");
}

/** The step in a sentence. */
export function sentenceOf(step: TakenStep): string {
  const result = resultOf(step);
  return `${step.process && `${step.process}: `}${step.name === "timer" ? "a timer fires" : step.name}${result && `: ${result}`}`;
}

export const deadlockSentence = ({ cycle, afterStep }: ToldOrder["deadlocks"][number]): string =>
  `Deadlock after step ${afterStep}: ${[...cycle, cycle[0]].join(" waits for ")}.`;

export const counted = (number: number, noun: string): string =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
