import type { TakenStep } from "./controlled-process.ts";
import type { Counterexample, Exploration } from "./explore.ts";

const count = (number: number) => number.toLocaleString("en");

/** In a few words, what has been explored: `all 1,204 orders`, or up to which bound. */
export function extentOf({ orders, completeUpTo, stoppedBy }: Exploration): string {
  if (completeUpTo === "all") return `all ${count(orders)} orders`;
  const bound =
    completeUpTo === undefined
      ? "not complete"
      : `complete up to ${count(completeUpTo)} preemption${completeUpTo === 1 ? "" : "s"}`;
  return stoppedBy === "preemptions"
    ? `${count(orders)} orders, ${bound}`
    : `${bound}, stopped after ${count(orders)} orders`;
}

/** A counterexample, a line for each step, with the stores' values beside it if they were read. */
export function tellCounterexample(
  { schedule, preemptions, steps, wrong, deadlocks }: Counterexample,
  names: Readonly<Record<string, string>> = {},
): string {
  const rows = steps.map((step, index) => [String(index + 1), step.process, sentenceOf(step), valuesOf(step)]);
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
    `${preemptions} preemption${preemptions === 1 ? "" : "s"}, ${steps.length} steps; schedule: ${schedule}`,
  ].join("\n");
}

function sentenceOf({ name, outcome, blockedBy, remarks }: TakenStep): string {
  const waited = blockedBy ? ` (waits for ${blockedBy.join(" and ")})` : "";
  const marks = remarks.length > 0 ? ` [${remarks.join(", ")}]` : "";
  return `${name}${waited}: ${outcome ?? "never answered"}${marks}`;
}

const valuesOf = ({ values = {} }: TakenStep) =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
