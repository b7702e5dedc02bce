import { basename } from "node:path";
import { type Exercise, filesOf, specOf, startOf } from "../exercises.ts";
import type { Grade, Grader } from "../grader/grade.ts";
import { progressLine } from "../report/progress-line.ts";
import type { Spec } from "../spec.ts";

interface Row {
  readonly file: string;
  readonly expected: Grade["verdict"];
  readonly grades: readonly Grade[];
  readonly seconds: number;
  /** How many replays of the counterexample were wrong again. */
  readonly replayed: number;
}

interface Options {
  /** How often each solution is graded; default 1. */
  readonly repeat?: string;
  /** How often each counterexample is replayed; default 1. */
  readonly replays?: string;
  readonly json?: boolean;
}

/**
 * The grader's own test: every right solution of the exercises is to pass, every wrong one and the start to be refused, with
 * the same number of orders each time, and each counterexample to be wrong again when it is replayed.
 */
export async function gradeSolutions(
  grader: Grader,
  exercises: readonly Exercise[],
  { repeat = "1", replays = "1", json = false }: Options,
  signal: AbortSignal,
): Promise<number> {
  let failures = 0;
  const all: object[] = [];
  for (const exercise of exercises) {
    const spec = await specOf(exercise);
    const files = [
      ...(await filesOf(exercise, "solution")).map((file) => ({ file, expected: "correct" as const })),
      ...[startOf(exercise), ...(await filesOf(exercise, "wrong"))].map((file) => ({
        file,
        expected: "wrong" as const,
      })),
    ];
    if (!json) console.log(`\n${Number(exercise.number)}. ${exercise.title}`);
    for (const { file, expected } of files) {
      signal.throwIfAborted();
      const row = await measure(grader, spec, file, expected, Number(repeat), Number(replays), signal);
      const isRight = isAsExpected(row, Number(replays));
      if (!isRight) failures += 1;
      if (json) all.push({ exercise: exercise.name, ...inNumbers(row), asExpected: isRight });
      else console.log(`${isRight ? "  ok  " : "  NOT "} ${inWords(row, Number(replays))}`);
    }
  }
  if (json) console.log(JSON.stringify(all, null, 2));
  else console.log(failures === 0 ? "\nAll as expected." : `\n${failures} not as expected.`);
  return failures === 0 ? 0 : 1;
}

async function measure(
  grader: Grader,
  spec: Spec,
  file: string,
  expected: Row["expected"],
  repeat: number,
  replays: number,
  signal: AbortSignal,
): Promise<Row> {
  const line = progressLine(basename(file));
  const grades: Grade[] = [];
  const began = performance.now();
  for (let time = 0; time < repeat; time += 1) {
    grades.push(
      await grader.grade(file, spec, { signal, onProgress: ({ orders, scenario }) => line.show(orders, scenario) }),
    );
  }
  const seconds = (performance.now() - began) / 1_000 / repeat;
  const [first] = grades;
  let replayed = 0;
  if (first?.verdict === "wrong") {
    const { reference, counterexample } = first.failure;
    for (let time = 0; time < replays; time += 1) {
      const again = await grader.replay(file, spec, reference, counterexample.schedule);
      const isSame =
        again.verdict === "wrong" && again.failure.counterexample.wrong.join() === counterexample.wrong.join();
      if (isSame) replayed += 1;
    }
  }
  line.clear();
  return { file, expected, grades, seconds, replayed };
}

function isAsExpected({ grades, expected, replayed }: Row, replays: number): boolean {
  const isSame = grades.every(({ verdict }) => verdict === expected) && new Set(grades.map(ordersOf)).size === 1;
  return isSame && (expected !== "wrong" || replayed === replays);
}

/** The orders of each scenario, to be equal in every repetition. */
const ordersOf = ({ explored }: Grade) => explored.map(({ orders }) => orders).join("+");

const nameOf = (file: string) =>
  file
    .split("/")
    .slice(-2)
    .join("/")
    .replace(/^\d\d-.*\//, "");

function inWords({ file, grades, seconds, replayed }: Row, replays: number): string {
  const [first] = grades;
  const verdicts = [...new Set(grades.map(({ verdict }) => verdict))].join(", ");
  const orders = [...new Set(grades.map(ordersOf))].join(" or ");
  const words = [nameOf(file).padEnd(42), verdicts.padEnd(8), `${orders} orders`.padEnd(28), `${seconds.toFixed(1)} s`];
  if (first?.verdict === "wrong") {
    words.push(`replayed ${replayed} of ${replays}`, first.failure.counterexample.wrong[0] ?? "");
  }
  if (first?.verdict === "cannot be judged") words.push(`${first.reason.code}: ${first.reason.message}`);
  return words.join("  ");
}

function inNumbers({ file, expected, grades, seconds, replayed }: Row) {
  const [first] = grades;
  return {
    file: nameOf(file),
    expected,
    verdicts: grades.map(({ verdict }) => verdict),
    orders: grades.map(ordersOf),
    seconds,
    ...(first?.verdict === "wrong"
      ? { replayed, schedule: first.failure.counterexample.schedule, wrong: first.failure.counterexample.wrong }
      : {}),
  };
}
