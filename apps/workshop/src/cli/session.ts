import { relative } from "node:path";
import pc from "picocolors";
import { type Exercise, hintsOf, specOf } from "../exercises.ts";
import type { Grade, Grader } from "../grader/grade.ts";
import type { PracticeFolder } from "../practice/practice-folder.ts";
import type { Progress } from "../practice/progress.ts";
import { explanationText, solutionText, taskText } from "../report/exercise-text.ts";
import { gradeInWords } from "../report/grade-in-words.ts";
import { progressLine } from "../report/progress-line.ts";

export interface SessionParts {
  readonly root: string;
  readonly exercises: readonly Exercise[];
  readonly practice: PracticeFolder;
  readonly progress: Progress;
  readonly grader: Grader;
  /** In a sentence, where the page of the exercises is. */
  pageSentence?(): Promise<string>;
}

/** The latest grade of an exercise. */
export interface Graded {
  readonly grade: Grade;
  readonly seconds: number;
  /** ISO 8601. */
  readonly at: string;
}

/** A learner at work: one exercise at a time, one grade at a time. */
export class Session {
  readonly #parts: SessionParts;
  #exercise: Exercise | undefined;
  #running: { abort: AbortController; done: Promise<void> } | undefined;
  #grading: { scenario: string; orders: number } | undefined;
  readonly #graded = new Map<Exercise, Graded>();
  readonly #explained = new Set<Exercise>();
  /** Called when what the session shows has changed. */
  onChange: () => void = () => {};

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get exercise(): Exercise {
    if (!this.#exercise) throw new Error("No exercise is open.");
    return this.#exercise;
  }

  /** How far the grade is that is under way. */
  get grading(): { scenario: string; orders: number } | undefined {
    return this.#grading;
  }

  gradedOf(exercise: Exercise): Graded | undefined {
    return this.#graded.get(exercise);
  }

  /** Whether the explanation has been asked for. */
  hasExplained(exercise: Exercise): boolean {
    return this.#explained.has(exercise);
  }

  async open(exercise: Exercise): Promise<void> {
    await this.stop();
    this.#exercise = exercise;
    await this.#parts.practice.prepare(exercise);
    await this.#parts.progress.workOn(exercise);
    this.onChange();
    await this.showTask();
  }

  async showTask(): Promise<void> {
    clear();
    await this.say(`${await taskText(this.exercise)}\n`);
    await this.#footer();
  }

  /** Grades the file as it is now. A grade that is under way is given up. */
  async grade(): Promise<void> {
    await this.stop();
    const abort = new AbortController();
    const done = this.#grade(abort.signal).catch((error) => {
      if (!abort.signal.aborted) console.error(error);
    });
    this.#running = { abort, done };
    await done;
  }

  /** Ends the grade that is under way. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.abort.abort();
    await running?.done;
  }

  async showHint(): Promise<void> {
    const { progress } = this.#parts;
    const hints = await hintsOf(this.exercise);
    const count = Math.min(progress.hintsOpened(this.exercise) + 1, hints.length);
    await progress.openHint(this.exercise, count);
    this.onChange();
    await this.say(`\n${pc.bold(`Hint ${count} of ${hints.length}`)}\n${hints[count - 1] ?? "There is none."}\n`);
  }

  async showExplanation(): Promise<void> {
    this.#explained.add(this.exercise);
    this.onChange();
    await this.say(`\n${await explanationText(this.exercise)}\n`);
  }

  async showSolution(): Promise<void> {
    await this.say(`\n${await solutionText(this.exercise)}\n`);
  }

  async reset(): Promise<void> {
    const kept = await this.#parts.practice.reset(this.exercise);
    if (kept) await this.say(`What you wrote is in ${relative(this.#parts.root, kept)}.`);
  }

  async list(): Promise<void> {
    const lines = this.#parts.exercises.map((exercise) => {
      const mark = this.#parts.progress.hasPassed(exercise) ? pc.green("passed") : "      ";
      const here = exercise === this.exercise ? pc.bold("←") : "";
      return `  ${exercise.number}  ${mark}  ${exercise.title} ${here}`;
    });
    await this.say(["", ...lines, ""].join("\n"));
  }

  async move(by: number): Promise<void> {
    const { exercises } = this.#parts;
    const next = exercises[exercises.indexOf(this.exercise) + by];
    if (!next) return this.say(by > 0 ? "This is the last exercise." : "This is the first exercise.");
    await this.open(next);
    await this.grade();
  }

  async say(text: string): Promise<void> {
    console.log(text);
  }

  async #grade(signal: AbortSignal): Promise<void> {
    const { practice, grader, progress } = this.#parts;
    const { exercise } = this;
    const line = progressLine("grading");
    const began = performance.now();
    this.#tellGrading({ scenario: "starting", orders: 0 });
    const grade = await grader
      .grade(practice.fileOf(exercise), await specOf(exercise), {
        signal,
        onProgress: ({ orders, scenario }) => {
          line.show(orders, scenario);
          this.#tellGrading({ orders, scenario });
        },
      })
      .finally(() => {
        line.clear();
        this.#tellGrading(undefined);
      });
    signal.throwIfAborted();
    const seconds = (performance.now() - began) / 1_000;
    const at = new Date();
    this.#graded.set(exercise, { grade, seconds, at: at.toISOString() });
    await this.say(`\n${pc.dim(`── ${at.toLocaleTimeString("en-GB")}, graded in ${seconds.toFixed(1)} s`)}`);
    await this.say(`${gradeInWords(grade, exercise, process.stdout.columns)}\n`);
    if (grade.verdict === "correct") {
      await progress.pass(exercise);
      await this.showExplanation();
    }
    this.onChange();
    await this.#footer();
  }

  #tellGrading(grading: { scenario: string; orders: number } | undefined): void {
    this.#grading = grading;
    this.onChange();
  }

  async #footer(): Promise<void> {
    const file = relative(this.#parts.root, this.#parts.practice.fileOf(this.exercise));
    const keys =
      "t task · h hint · e explanation · s solution · n next · p previous · l list · r reset · Enter grade · q quit";
    console.log(`Edit ${pc.bold(file)} and save it: each save is graded.`);
    const page = await this.#parts.pageSentence?.();
    if (page) console.log(page);
    console.log(
      pc.dim(process.stdin.isTTY ? keys : "Ctrl-C ends. npm run workshop -- --help lists what else there is."),
    );
  }
}

function clear(): void {
  if (process.stdout.isTTY) process.stdout.write("\u001b[2J\u001b[H");
}
