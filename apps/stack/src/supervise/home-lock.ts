import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StackError } from "../stack-error.ts";
import { processStart } from "./process-identity.ts";

/**
 * Locks a home, so that only one stack uses it. The lock identifies its owner by pid and start time, so that the lock of a
 * killed stack is recognised and taken over.
 *
 * @returns a function that releases the lock.
 * @throws StackError if a running stack holds the lock.
 */
export async function lockHome(
  home: string,
  holderIs: () => Promise<string | undefined>,
): Promise<() => Promise<void>> {
  const path = join(home, "stack.lock");
  const me = JSON.stringify({ pid: process.pid, start: await processStart(process.pid) });
  for (let tries = 0; tries < 5; tries++) {
    try {
      await writeFile(path, me, { flag: "wx" });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = await readOwner(path);
    if (owner && (await processStart(owner.pid)) === owner.start) {
      const url = await holderIs();
      throw new StackError(
        `Last Unit runs already in ${home} (process ${owner.pid}${url ? `, ${url}` : ""}). ` +
          "Stop it with Ctrl-C in its terminal, or start a second one with LAST_UNIT_HOME=/another/folder PORT=3001 npm start.",
      );
    }
    // Renaming is atomic: if two starts find the stale lock, one of them renames it and the other one retries.
    const stale = `${path}.${process.pid}.stale`;
    await rename(path, stale).catch(() => undefined);
    await rm(stale, { force: true });
  }
  throw new StackError(`The lock ${path} changes all the time. Wait a moment and start again.`);
}

async function readOwner(path: string): Promise<{ pid: number; start: string } | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as { pid: number; start: string };
  } catch {
    return undefined;
  }
}
