import type { TakenStep } from "./controlled-process.ts";
import type { Counterexample, Exploration } from "./explore.ts";

const count = (number: number) => number.toLocaleString("en");
const counted = (number: number, noun: string) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** In a few words, what has been explored: `all 1,204 orders`, or up to which bound. */
export function extentOf({ orders, completeUpTo, stoppedBy, faultsAtMost = 0 }: Exploration): string {
  const withFaults = faultsAtMost === 0 ? "" : ` with at most ${counted(faultsAtMost, "fault")}`;
  if (completeUpTo === "all") return `all ${count(orders)} orders${withFaults}`;
  const bound = completeUpTo === undefined ? "not complete" : `complete up to ${counted(completeUpTo, "preemption")}`;
  return stoppedBy === "preemptions"
    ? `${count(orders)} orders${withFaults}, ${bound}`
    : `${bound}, stopped after ${count(orders)} orders${withFaults}`;
}

/** A counterexample, a line for each step, with the stores' values beside it if they were read. */
export function tellCounterexample(
  { schedule, preemptions, faults, steps, wrong, deadlocks }: Counterexample,
  names: Readonly<Record<string, string>> = {},
): string {
  const rows = steps.map((step, index) => [String(index + 1), step.process, sentenceOf(step), valuesOf(step)]);
  const counts = [
    ...(faults > 0 ? [counted(faults, "fault")] : []),
    counted(preemptions, "preemption"),
    counted(steps.length, "step"),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [numbers, sentences] = [width(0), Math.min(width(2), 100)];
  return [
    ...Object.entries(names).map(([letter, name]) => `${letter} = ${name}`),
    ...rows.map(([number = "", process, sentence = "", values]) =>
      `${number.padStart(numbers)}  ${process}  ${sentence.padEnd(sentences)}  ${values}`.trimEnd(),
    ),
    ...deadlocks.map(
      ({ cycle, afterStep }) => `Deadlock after step ${afterStep}: ${[...cycle, cycle[0]].join(" waits for ")}.`,
    ),
    ...wrong.map((sentence) => `WRONG: ${sentence}`),
    `${counts.join(", ")}; schedule: ${schedule}`,
  ].join("\n");
}

function sentenceOf({ name, outcome, blockedBy, remarks }: TakenStep): string {
  const waited = blockedBy ? ` (waits for ${blockedBy.join(" and ")})` : "";
  const marks = remarks.length > 0 ? ` [${remarks.join(", ")}]` : "";
  // A fault between two steps has no answer.
  const answer = outcome === "" ? "" : `: ${outcome ?? "never answered"}`;
  return `${name}${waited}${answer}${marks}`;
}

const valuesOf = ({ values = {} }: TakenStep) =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
