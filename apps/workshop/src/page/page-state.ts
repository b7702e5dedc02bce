import { readFile } from "node:fs/promises";
import type { Graded, Session, SessionParts } from "../cli/session.ts";
import { type Exercise, hintsOf, startOf } from "../exercises.ts";
import { castOf } from "../report/draw-counterexample.ts";
import { explanationMarkdown, taskMarkdown } from "../report/exercise-text.ts";
import { gradeAsJson } from "../report/grade-in-words.ts";
import { letterOf } from "../spec.ts";

/** Everything that the page shows, as JSON. The terminal shows the same session. */
export async function pageState(session: Session, { exercises, practice, progress }: SessionParts) {
  const { exercise, grading } = session;
  const hints = await hintsOf(exercise);
  const graded = session.gradedOf(exercise);
  const mayExplain = progress.hasPassed(exercise) || session.hasExplained(exercise);
  const file = practice.fileOf(exercise);
  return {
    exercises: exercises.map((each) => ({
      number: each.number,
      title: each.title,
      hasPassed: progress.hasPassed(each),
      verdict: session.gradedOf(each)?.grade.verdict,
    })),
    grading,
    exercise: {
      number: exercise.number,
      title: exercise.title,
      task: await taskMarkdown(exercise),
      hints: hints.slice(0, progress.hintsOpened(exercise)),
      hintCount: hints.length,
      explanation: mayExplain ? await explanationMarkdown(exercise) : undefined,
      file,
      code: await readFile(file, "utf8").catch(() => ""),
      start: await readFile(startOf(exercise), "utf8"),
      result: graded && resultOf(graded, exercise, file),
    },
  };
}

export type PageState = Awaited<ReturnType<typeof pageState>>;

function resultOf({ grade, seconds, at }: Graded, exercise: Exercise, file: string) {
  const told = { ...gradeAsJson(grade, exercise, file, seconds), at };
  if (grade.verdict !== "wrong") return told;
  const processes = castOf(grade.failure.variant).map((line, index) => {
    return { letter: letterOf(index), name: line.replace(/^. = /, "") };
  });
  return { ...told, processes };
}
