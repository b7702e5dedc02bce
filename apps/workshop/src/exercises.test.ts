import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesOf, findExercise, hintsOf, readExercises, specOf } from "./exercises.ts";

const exercises = await readExercises();

test("exercises are found by number and by name", () => {
  expect(findExercise(exercises, "1")).toBe(exercises[0]);
  expect(findExercise(exercises, "03").name).toBe("03-half-a-cart");
  expect(findExercise(exercises, "06-bought-twice").number).toBe("06");
  expect(() => findExercise(exercises, "99")).toThrow(/There are 01 \(The last unit\), 02/);
});

describe.each(exercises.map((exercise) => [exercise.name, exercise] as const))("%s", (_, exercise) => {
  test("has a task with three hints, an explanation, and a scenario", async () => {
    const readme = await readFile(join(exercise.folder, "README.md"), "utf8");
    for (const heading of ["What happened", "What to do", "How you know", "Hints", "Read"]) {
      expect(readme).toContain(`\n## ${heading}\n`);
    }
    expect(await hintsOf(exercise)).toHaveLength(3);
    expect(await readFile(join(exercise.folder, "explanation.md"), "utf8")).not.toBe("");
    expect((await specOf(exercise)).scenarios.length).toBeGreaterThan(0);
  });

  test("at least three right and six wrong solutions, each of which says what it is", async () => {
    const [right, wrong] = [await filesOf(exercise, "solution"), await filesOf(exercise, "wrong")];
    expect(right.length).toBeGreaterThanOrEqual(3);
    expect(wrong.length).toBeGreaterThanOrEqual(6);
    for (const file of wrong) expect(await readFile(file, "utf8")).toContain("// Looks right: ");
  });
});
