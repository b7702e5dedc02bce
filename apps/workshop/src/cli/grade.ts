import { join, resolve } from "node:path";
import { InvalidSchedule } from "@last-unit/explorer";
import { StackError } from "@last-unit/stack";
import { type Exercise, findExercise, NoSuchExercise, readExercises, specOf } from "../exercises.ts";
import type { Grade, Grader } from "../grader/grade.ts";
import { openGrader } from "../grader/open-grader.ts";
import { PracticeFolder } from "../practice/practice-folder.ts";
import { exitCodeOf, gradeAsJson, gradeInWords } from "../report/grade-in-words.ts";
import { progressLine } from "../report/progress-line.ts";
import { gradeSolutions } from "./grade-solutions.ts";

/** What `npm run grade` was asked for. All values are text, as they were typed. */
export interface GradeFlags {
  all?: boolean;
  json?: boolean;
  file?: string;
  scenario?: string;
  replay?: string;
  solutions?: boolean;
  repeat?: string;
  replays?: string;
}

interface Asked {
  readonly exercises: readonly Exercise[];
  readonly flags: GradeFlags;
  readonly root: string;
}

/** The command line cannot be used. */
class InvalidArguments extends Error {
  override readonly name = "InvalidArguments";
}

/**
 * `npm run grade`. Resolves to the exit code: 0 all correct, 1 one is wrong, 2 one cannot be judged.
 *
 * @param home of the whole system; the grader's PostgreSQL has a folder in it.
 */
export async function grade(
  root: string,
  home: string,
  args: readonly string[],
  flags: GradeFlags,
  signal: AbortSignal,
): Promise<number> {
  try {
    const asked = { root, flags, exercises: await chosen(args, flags) };
    const { grader, close } = await openGrader(home, "grade", signal, (line) => console.error(line));
    try {
      if (flags.solutions) return await gradeSolutions(grader, asked.exercises, flags, signal);
      return await gradeAll(grader, asked, signal);
    } finally {
      await close();
    }
  } catch (error) {
    if (signal.aborted) return 2;
    const isTold = [StackError, InvalidArguments, NoSuchExercise, InvalidSchedule, RangeError].some(
      (kind) => error instanceof kind,
    );
    if (!isTold) throw error;
    console.error((error as Error).message);
    return 2;
  }
}

async function chosen(args: readonly string[], flags: GradeFlags): Promise<Exercise[]> {
  const exercises = await readExercises();
  const [wanted, ...more] = args;
  if (more.length > 0) throw new InvalidArguments(`One exercise at a time, or --all; not ${args.join(" ")}.`);
  if (wanted === undefined && !flags.all && !flags.solutions) {
    throw new InvalidArguments("Name an exercise, such as npm run grade -- 01, or --all.");
  }
  if (wanted !== undefined && flags.all) throw new InvalidArguments("Name an exercise, or --all, not both.");
  if (flags.file !== undefined && wanted === undefined) throw new InvalidArguments("A --file needs its exercise.");
  if ((flags.scenario === undefined) !== (flags.replay === undefined)) {
    throw new InvalidArguments("--scenario and --replay belong together, as they are printed with a wrong order.");
  }
  if (flags.replay !== undefined && wanted === undefined) throw new InvalidArguments("A --replay needs its exercise.");
  for (const name of ["repeat", "replays"] as const) {
    const text = flags[name];
    if (text === undefined) continue;
    if (!flags.solutions) throw new InvalidArguments(`--${name} belongs to --solutions.`);
    if (!/^\d{1,4}$/.test(text)) throw new InvalidArguments(`--${name} is a whole number, not "${text.slice(0, 20)}".`);
  }
  return wanted === undefined ? exercises : [findExercise(exercises, wanted)];
}

async function gradeAll(grader: Grader, { root, flags, exercises }: Asked, signal: AbortSignal): Promise<number> {
  const practice = new PracticeFolder(join(root, "practice"));
  const results: object[] = [];
  let code = 0;
  for (const exercise of exercises) {
    signal.throwIfAborted();
    const file = flags.file === undefined ? practice.fileOf(exercise) : resolve(root, flags.file);
    const line = progressLine(exercise.title);
    const began = performance.now();
    const graded = await gradeOne(
      grader,
      exercise,
      file,
      flags,
      (orders, scenario) => line.show(orders, scenario),
      signal,
    );
    line.clear();
    code = Math.max(code, exitCodeOf(graded));
    const seconds = (performance.now() - began) / 1_000;
    if (flags.json) results.push(gradeAsJson(graded, exercise, file, seconds));
    else console.log(`${gradeInWords(graded, exercise, process.stdout.columns)}\n`);
  }
  if (flags.json) console.log(JSON.stringify(flags.all ? results : results[0], null, 2));
  return code;
}

async function gradeOne(
  grader: Grader,
  exercise: Exercise,
  file: string,
  { scenario, replay }: GradeFlags,
  onOrders: (orders: number, scenario: string) => void,
  signal: AbortSignal,
): Promise<Grade> {
  const spec = await specOf(exercise);
  if (scenario !== undefined && replay !== undefined) return grader.replay(file, spec, scenario, replay);
  return grader.grade(file, spec, { signal, onProgress: (progress) => onOrders(progress.orders, progress.scenario) });
}
