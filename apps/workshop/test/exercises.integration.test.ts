import { afterAll, beforeAll, expect, test } from "vitest";
import { filesOf, readExercises, specOf, startOf } from "../src/exercises.ts";
import { openTestBench, type TestBench } from "./test-bench.ts";

// All solutions, right and wrong ones: npm run test:more, or npm run grade -- --solutions.
const exercises = await readExercises();

let bench: TestBench;
beforeAll(async () => {
  bench = await openTestBench();
});
afterAll(() => bench?.close());

test.each(exercises.map((exercise) => [exercise.name, exercise] as const))(
  "%s: the start is wrong in an order that can be repeated, and the first solution is right",
  async (_, exercise) => {
    const spec = await specOf(exercise);
    const started = await bench.grader.grade(startOf(exercise), spec);
    if (started.verdict !== "wrong") throw new Error(`The start is ${started.verdict}.`);
    const { reference, counterexample } = started.failure;
    const again = await bench.grader.replay(startOf(exercise), spec, reference, counterexample.schedule);
    expect(again).toMatchObject({ verdict: "wrong", failure: { counterexample: { wrong: counterexample.wrong } } });

    const [first = ""] = await filesOf(exercise, "solution");
    expect(await bench.grader.grade(first, spec)).toMatchObject({ verdict: "correct" });
    expect(await bench.leftovers()).toEqual([]);
  },
);
