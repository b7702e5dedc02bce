import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childrenOf, processStart } from "./process-identity.ts";
import { signalPid } from "./signal-pid.ts";
import type { WatchedProcess, Watcher } from "./watcher.ts";

export interface RecordedProcess extends WatchedProcess {
  /** From `processStart`. */
  start: string;
}

/**
 * `processes.json` of a home: all processes that the stack has started. If both the stack and its watcher are killed, the
 * next start ends these processes. The watcher learns of each process directly.
 */
export class ProcessRecord {
  readonly #path: string;
  #processes: RecordedProcess[] = [];
  #writing: Promise<void> = Promise.resolve();

  /** Hears of every process from then on. */
  watcher: Watcher | undefined;

  constructor(home: string) {
    this.#path = join(home, "processes.json");
  }

  /** The watcher knows of the process when this returns, the file when it resolves. */
  async add(process: WatchedProcess): Promise<void> {
    this.watcher?.watch(process);
    const start = await processStart(process.pid);
    if (start === undefined) return;
    this.#processes = [...this.#processes.filter(({ pid }) => pid !== process.pid), { ...process, start }];
    await this.#save();
  }

  remove(pid: number): Promise<void> {
    this.watcher?.forget(pid);
    this.#processes = this.#processes.filter((process) => process.pid !== pid);
    return this.#save();
  }

  async clear(): Promise<void> {
    this.#processes = [];
    await this.#writing;
    await rm(this.#path, { force: true });
  }

  /** The record of an earlier stack; empty if it is unreadable. */
  async readEarlier(): Promise<RecordedProcess[]> {
    try {
      return JSON.parse(await readFile(this.#path, "utf8")) as RecordedProcess[];
    } catch {
      return [];
    }
  }

  #save(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      await writeFile(`${this.#path}.tmp`, JSON.stringify(this.#processes, null, 2), { mode: 0o600 });
      await rename(`${this.#path}.tmp`, this.#path);
    });
    return this.#writing;
  }
}

/** The recorded processes that still run: with the same pid and the same start time, so never an unrelated process. */
export async function findOrphans(
  recorded: RecordedProcess[],
  startOf: (pid: number) => Promise<string | undefined> = processStart,
): Promise<RecordedProcess[]> {
  const living = await Promise.all(recorded.map(async (process) => (await startOf(process.pid)) === process.start));
  return recorded.filter((_, index) => living[index]);
}

/** Ends a process gracefully, or kills it after `graceMs`. Resolves when it has ended. */
export async function endProcess({ pid, start, stopSignal }: RecordedProcess, graceMs: number): Promise<void> {
  const isAlive = async () => (await processStart(pid)) === start;
  if (!(await isAlive())) return;
  // The process and, for PostgreSQL, its children may be paused. A stopped process handles no signal except SIGKILL.
  for (const paused of [pid, ...(await childrenOf(pid))]) signalPid(paused, "SIGCONT");
  signalPid(pid, stopSignal);
  const giveUpAt = Date.now() + graceMs;
  while (Date.now() < giveUpAt) {
    if (!(await isAlive())) return;
    await sleep(50);
  }
  signalPid(pid, "SIGKILL");
  for (let tries = 0; tries < 40 && (await isAlive()); tries++) await sleep(50);
}
