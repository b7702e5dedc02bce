import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { filesOf, readExercises, specOf, startOf } from "../src/exercises.ts";
import { type OpenGrader, openGrader } from "../src/grader/open-grader.ts";

const exercises = await readExercises();
const cases = await Promise.all(
  exercises.map(async (exercise) => {
    const right = (await filesOf(exercise, "solution")).map((file) => ({ exercise, file, verdict: "correct" }));
    const wrong = [startOf(exercise), ...(await filesOf(exercise, "wrong"))];
    return [...right, ...wrong.map((file) => ({ exercise, file, verdict: "wrong" }))];
  }),
);

let home: string;
let open: OpenGrader;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "last-unit-solutions-"));
  open = await openGrader(home, "grade", new AbortController().signal, () => {});
}, 120_000);
afterAll(async () => {
  await open?.close();
  await rm(home, { recursive: true, force: true });
});

test.each(cases.flat().map((each) => [relative(join(each.exercise.folder, ".."), each.file), each] as const))(
  "%s is judged rightly",
  { timeout: 600_000 },
  async (_, { exercise, file, verdict }) => {
    expect((await open.grader.grade(file, await specOf(exercise))).verdict).toBe(verdict);
  },
);
