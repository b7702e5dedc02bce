import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type WorkshopAddress, workshopAddressPath } from "@last-unit/stack";
import { eventually } from "@last-unit/stack/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gradeOnSave } from "../src/cli/grade-on-save.ts";
import { Session } from "../src/cli/session.ts";
import { type Exercise, filesOf, readExercises, startOf } from "../src/exercises.ts";
import { openPage } from "../src/page/page-server.ts";
import type { PageState } from "../src/page/page-state.ts";
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

test("a save is graded, in the terminal and on the page alike; what was passed is remembered; a reset keeps what was written", async () => {
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...parts) => void said.push(parts.join(" ")));
  const exercises = await readExercises();
  const [first] = exercises as [Exercise];
  const practice = new PracticeFolder(folder);
  const progress = await Progress.read(folder);
  const parts = { root: folder, exercises, practice, progress, grader: bench.grader };
  const session = new Session(parts);
  await mkdir(join(folder, "workshop"));
  const page = await openPage(folder, session, parts);
  const end = new AbortController();
  const running = gradeOnSave(session, practice, first, end.signal);
  try {
    const pageSays = await followPage(folder, end.signal);
    const verdict = (word: string) => eventually(async () => said.some((text) => text.includes(word)), word, 60_000);
    await verdict("WRONG");
    await pageSays(({ exercise }) => exercise.result?.verdict === "wrong");
    expect(said.join("\n")).toContain("What happened");
    expect(said.join("\n")).not.toContain("nearly the solution");

    const [solution = ""] = await filesOf(first, "solution");
    await copyFile(solution, practice.fileOf(first));
    await verdict("CORRECT");
    const passed = await pageSays(({ exercise }) => exercise.result?.verdict === "correct");
    await verdict("What was wrong");
    expect(passed.exercises[0]).toMatchObject({ number: "01", hasPassed: true });
    expect(passed.exercise).toMatchObject({ hints: [], hintCount: 3, file: practice.fileOf(first) });
    expect(passed.exercise.code).toContain("FOR UPDATE");
    expect(passed.exercise.start).not.toContain("FOR UPDATE");
    expect(passed.exercise.explanation).toContain("What was wrong");
    expect(passed.exercise.task).not.toContain("nearly the solution");
  } finally {
    end.abort();
    await running;
    await page.close();
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

/** Reads the page's stream. The function waits for a state, which must come within a second of the call. */
async function followPage(home: string, signal: AbortSignal) {
  const { port, token } = JSON.parse(await readFile(workshopAddressPath(home), "utf8")) as WorkshopAddress;
  const url = `http://127.0.0.1:${port}/workshop`;
  for (const authorization of ["", "Bearer 0"]) {
    expect((await fetch(`${url}/grade`, { method: "POST", headers: { authorization } })).status).toBe(401);
  }
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(`${url}/open/99`, { method: "POST", headers })).status).toBe(404);
  const response = await fetch(`${url}/events`, { headers, signal });
  let [text, latest]: [string, PageState | undefined] = ["", undefined];
  void (async () => {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value = "", done = true } = (await reader?.read()) ?? {};
      if (done) return;
      text += value;
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      const last = lines.at(-1);
      if (last) latest = JSON.parse(last) as PageState;
    }
  })().catch(() => {});
  return (isThere: (state: PageState) => boolean) =>
    eventually(async () => latest !== undefined && isThere(latest) && latest, "the page's state", 1_000);
}
