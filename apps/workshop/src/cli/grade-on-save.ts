import { watch } from "node:fs";
import type { Exercise } from "../exercises.ts";
import type { PracticeFolder } from "../practice/practice-folder.ts";
import { onKeys } from "./keys.ts";
import type { Session } from "./session.ts";

/** An editor writes a file in several steps. */
const SETTLE_MS = 120;

/** Grades on each save, and obeys the keys, until `q`, or until the command is asked to end. */
export async function gradeOnSave(
  session: Session,
  practice: PracticeFolder,
  first: Exercise,
  signal: AbortSignal,
): Promise<void> {
  await session.open(first);
  let settling: NodeJS.Timeout | undefined;
  const watcher = watch(practice.path, { recursive: true }, (_, name) => {
    if (!name?.endsWith("checkout.ts") || !name.startsWith(session.exercise.name)) return;
    clearTimeout(settling);
    settling = setTimeout(() => void session.grade(), SETTLE_MS);
  });
  try {
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      onKeys(session, resolve);
      void session.grade();
    });
  } finally {
    watcher.close();
    clearTimeout(settling);
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    process.stdin.pause();
    await session.stop();
  }
}
