// Waits until the stack has ended, and ends its remaining processes. See watcher.ts.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { removeStackFile } from "../stack-file.ts";
import { endRecorded } from "./end-orphans.ts";
import { processStart } from "./process-identity.ts";
import { ProcessRecord, type RecordedProcess } from "./process-record.ts";
import type { WatchedProcess, WatcherLine } from "./watcher.ts";

const [home = "", stackPid = ""] = process.argv.slice(2);
const watched = new Map<number, Promise<RecordedProcess | undefined>>();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

for await (const text of createInterface({ input: process.stdin })) {
  const line = readLine(text);
  if (line === "dismissed") process.exit(0);
  if (!line) continue;
  if ("forget" in line) watched.delete(line.forget);
  else watched.set(line.watch.pid, identify(line.watch));
}

// The pipe has ended, and so has the stack.
const left = (await Promise.all(watched.values())).filter((recorded) => recorded !== undefined);
if (left.length > 0) {
  console.log(
    `${new Date().toISOString()} the stack (process ${stackPid}) was killed; ending ${left.length} processes`,
  );
  await endRecorded(left);
}
// A new start may have taken over the home. The files then belong to that stack.
const lock = join(home, "stack.lock");
const owner = await readFile(lock, "utf8").catch(() => "");
if (owner.includes(`"pid":${stackPid},`)) {
  await removeStackFile(home);
  await new ProcessRecord(home).clear();
  await rm(lock, { force: true });
}
process.exit(0);

async function identify(watchedProcess: WatchedProcess): Promise<RecordedProcess | undefined> {
  const start = await processStart(watchedProcess.pid);
  return start === undefined ? undefined : { ...watchedProcess, start };
}

/** @returns undefined for an incomplete line, which the stack was writing when it was killed. */
function readLine(text: string): WatcherLine | undefined {
  try {
    return JSON.parse(text) as WatcherLine;
  } catch {
    return undefined;
  }
}
