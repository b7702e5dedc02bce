import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@last-unit/stack/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gradeOnSave } from "../src/cli/grade-on-save.ts";
import { Session } from "../src/cli/session.ts";
import { type Exercise, filesOf, readExercises, startOf } from "../src/exercises.ts";
import { PracticeFolder } from "../src/practice/practice-folder.ts";
import { Progress } from "../src/practice/progress.ts";
import { openTestBench, type TestBench } from "./test-bench.ts";

let bench: TestBench;
let folder: string;
beforeAll(async () => {
  bench = await openTestBench();
  folder = await mkdtemp(join(tmpdir(), "last-unit-practice-"));
});
afterAll(async () => {
  await bench?.close();
  await rm(folder, { recursive: true, force: true });
});

test("a save is graded, and what was passed is remembered; a reset keeps what was written", async () => {
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...parts) => void said.push(parts.join(" ")));
  const exercises = await readExercises();
  const [first] = exercises as [Exercise];
  const practice = new PracticeFolder(folder);
  const progress = await Progress.read(folder);
  const session = new Session({ root: folder, exercises, practice, progress, grader: bench.grader });
  const end = new AbortController();
  const running = gradeOnSave(session, practice, first, end.signal);
  try {
    const verdict = (word: string) => eventually(async () => said.some((text) => text.includes(word)), word, 60_000);
    await verdict("WRONG");
    expect(said.join("\n")).toContain("What happened");
    expect(said.join("\n")).not.toContain("nearly the solution");

    const [solution = ""] = await filesOf(first, "solution");
    await copyFile(solution, practice.fileOf(first));
    await verdict("CORRECT");
    await verdict("What was wrong");
  } finally {
    end.abort();
    await running;
    log.mockRestore();
  }
  const later = await Progress.read(folder);
  expect(later.hasPassed(first)).toBe(true);
  expect(later.currentOf(exercises)).toBe(exercises[1]);

  const kept = await practice.reset(first);
  expect(await readFile(practice.fileOf(first), "utf8")).toBe(await readFile(startOf(first), "utf8"));
  expect(await readFile(kept as string, "utf8")).toContain("FOR UPDATE");
  expect(await practice.prepare(first)).toBe(practice.fileOf(first));
});

test("a progress file that cannot be read counts as none", async () => {
  await writeFile(join(folder, "progress.json"), "{ not JSON");
  const exercises = await readExercises();
  expect((await Progress.read(folder)).currentOf(exercises)).toBe(exercises[0]);
});
