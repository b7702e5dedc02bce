import { join, relative } from "node:path";
import { labAddress, readStackFile, StackError } from "@last-unit/stack";
import pc from "picocolors";
import { type Exercise, findExercise, hintsOf, NoSuchExercise, readExercises } from "../exercises.ts";
import { openGrader } from "../grader/open-grader.ts";
import { openPage } from "../page/page-server.ts";
import { PracticeFolder } from "../practice/practice-folder.ts";
import { Progress } from "../practice/progress.ts";
import { explanationText } from "../report/exercise-text.ts";
import { gradeOnSave } from "./grade-on-save.ts";
import { Session } from "./session.ts";

/**
 * `npm run workshop`: shows the current exercise, and grades it whenever its file is saved, until it is asked to end.
 *
 * @param home of the whole system; the grader's PostgreSQL has a folder in it.
 */
export async function workshop(
  root: string,
  home: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const practice = new PracticeFolder(join(root, "practice"));
  try {
    const exercises = await readExercises();
    const progress = await Progress.read(practice.path);
    const [verb = "", wanted] = args;
    if (wanted !== undefined) return await actOnce(verb, findExercise(exercises, wanted), practice, progress, root);
    const first = verb === "" ? progress.currentOf(exercises) : findExercise(exercises, verb);
    const { grader, close } = await openGrader(home, "workshop", signal, (line) => console.error(line));
    try {
      const pageSentence = () => whereThePageIs(home);
      const parts = { root, exercises, practice, progress, grader, pageSentence };
      const session = new Session(parts);
      const page = await openPage(home, session, parts);
      try {
        await gradeOnSave(session, practice, first, signal);
      } finally {
        await page.close();
      }
      return 0;
    } finally {
      await close();
    }
  } catch (error) {
    if (signal.aborted) return 0;
    if (!(error instanceof StackError || error instanceof NoSuchExercise)) throw error;
    console.error(error.message);
    return 2;
  }
}

/** The system serves the page. It may be started at any time, beside this command. */
async function whereThePageIs(home: string): Promise<string> {
  const running = await readStackFile(home).catch(() => undefined);
  if (!running) return pc.dim("With npm start in another terminal, the exercises have a page.");
  return `The same in a browser: ${labAddress(running.url, running.control, "/lab/workshop")}`;
}

/** `reset 03`, `hint 03`, `explain 03`: no grader is needed. */
async function actOnce(
  verb: string,
  exercise: Exercise,
  practice: PracticeFolder,
  progress: Progress,
  root: string,
): Promise<number> {
  switch (verb) {
    case "reset": {
      const kept = await practice.reset(exercise);
      console.log(`${relative(root, practice.fileOf(exercise))} is as at the start.`);
      if (kept) console.log(`What you wrote is in ${relative(root, kept)}.`);
      return 0;
    }
    case "hint": {
      const hints = await hintsOf(exercise);
      const count = Math.min(progress.hintsOpened(exercise) + 1, hints.length);
      await progress.openHint(exercise, count);
      for (const [index, hint] of hints.slice(0, count).entries()) {
        console.log(`${pc.bold(`Hint ${index + 1} of ${hints.length}`)}\n${hint}\n`);
      }
      return 0;
    }
    case "explain":
      console.log(await explanationText(exercise));
      return 0;
    default:
      console.error(`"${verb.slice(0, 20)}" is none of reset, hint, explain. Type: npm run workshop -- --help`);
      return 2;
  }
}
