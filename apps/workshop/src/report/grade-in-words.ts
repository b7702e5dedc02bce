import pc from "picocolors";
import type { Exercise } from "../exercises.ts";
import type { Explored, Failure, Grade } from "../grader/grade.ts";
import { castOf, drawCounterexample } from "./draw-counterexample.ts";

/** The verdict for a person, with what to do next. */
export function gradeInWords(grade: Grade, exercise: Exercise, width?: number): string {
  const heading = `${Number(exercise.number)}. ${exercise.title}`;
  switch (grade.verdict) {
    case "correct":
      return [`${pc.green("CORRECT")}  ${heading}`, ...exploredInWords(grade.explored)].join("\n");
    case "wrong":
      return [
        `${pc.red("WRONG")}  ${heading}`,
        ...exploredInWords(grade.explored.slice(0, -1)),
        "",
        failureInWords(grade.failure, exercise, width),
      ].join("\n");
    case "cannot be judged":
      return [
        `${pc.yellow("CANNOT BE JUDGED")}  ${heading}`,
        ...exploredInWords(grade.explored),
        grade.reason.message,
        grade.reason.next,
      ].join("\n");
  }
}

function exploredInWords(explored: readonly Explored[]): string[] {
  const width = Math.max(0, ...explored.map(({ scenario }) => scenario.length));
  return explored.map(({ scenario, extent }) => `  ${pc.green("right")}  ${scenario.padEnd(width)}  ${extent}`);
}

function failureInWords({ variant, counterexample, reference }: Failure, { number }: Exercise, width?: number): string {
  const { scenario } = variant;
  const stock = Object.entries(scenario.stock).map(([sku, count]) => `${count} ${sku}`);
  const { deadlocks, wrong, schedule, preemptions, steps } = counterexample;
  return [
    `${pc.bold(scenario.name)}. In stock at first: ${stock.join(", ")}.`,
    ...castOf(variant),
    "",
    drawCounterexample(counterexample, variant, width),
    "",
    ...deadlocks.map(
      ({ cycle }) => `Deadlock: ${[...cycle, cycle[0]].join(" waits for ")}. PostgreSQL ended one of them.`,
    ),
    ...wrong.map((sentence) => `${pc.red("WRONG:")} ${sentence}`),
    `This is the shortest wrong interleaving: ${steps.length} steps, ${interruptions(preemptions)}.`,
    `To repeat it: npm run grade -- ${number} --scenario ${reference} --replay '${schedule}'`,
  ].join("\n");
}

function interruptions(count: number): string {
  if (count === 0) return "in which no buyer is interrupted";
  return `in which a buyer is interrupted ${count === 1 ? "once" : `${count} times`}`;
}

/** For programs. */
export function gradeAsJson(grade: Grade, exercise: Exercise, file: string, seconds: number) {
  const common = { exercise: exercise.name, file, verdict: grade.verdict, seconds, explored: grade.explored };
  if (grade.verdict === "correct") return common;
  if (grade.verdict === "cannot be judged") {
    const { code, message, next } = grade.reason;
    return { ...common, reason: { code, message, next } };
  }
  const { reference, variant, counterexample } = grade.failure;
  const { schedule, preemptions, steps, wrong, deadlocks } = counterexample;
  return {
    ...common,
    failure: { scenario: variant.scenario.name, reference, schedule, preemptions, wrong, deadlocks, steps },
  };
}

/** 0 correct, 1 wrong, 2 cannot be judged. */
export const exitCodeOf = ({ verdict }: Grade): 0 | 1 | 2 => (verdict === "correct" ? 0 : verdict === "wrong" ? 1 : 2);
