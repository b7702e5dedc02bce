import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processStart } from "./process-identity.ts";

export interface RecordedProcess {
  name: string;
  pid: number;
  /** From `processStart`. */
  start: string;
  /** The signal that ends it in good order. */
  stopSignal: NodeJS.Signals;
  /** Set when the process is only Docker's client: then this container is what has to go. */
  container?: string;
}

/**
 * `processes.json` of a home: every process that the stack started, so that the next start can end those which a
 * `kill -9` of the stack left behind.
 */
export class ProcessRecord {
  readonly #path: string;
  #processes: RecordedProcess[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(home: string) {
    this.#path = join(home, "processes.json");
  }

  add(process: RecordedProcess): Promise<void> {
    this.#processes = [...this.#processes.filter(({ pid }) => pid !== process.pid), process];
    return this.#save();
  }

  remove(pid: number): Promise<void> {
    this.#processes = this.#processes.filter((process) => process.pid !== pid);
    return this.#save();
  }

  async clear(): Promise<void> {
    this.#processes = [];
    await this.#writing;
    await rm(this.#path, { force: true });
  }

  /** What an earlier stack recorded; an unreadable record counts as none. */
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

/** Those of the recorded processes that still live: the same pid *and* the same start, never somebody else's process. */
export async function findOrphans(
  recorded: RecordedProcess[],
  startOf: (pid: number) => Promise<string | undefined> = processStart,
): Promise<RecordedProcess[]> {
  const living = await Promise.all(recorded.map(async (process) => (await startOf(process.pid)) === process.start));
  return recorded.filter((_, index) => living[index]);
}

/** Ends a process in good order, and by force after `graceMs`. Resolves when it is gone. */
export async function endProcess({ pid, start, stopSignal }: RecordedProcess, graceMs: number): Promise<void> {
  const isAlive = async () => (await processStart(pid)) === start;
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(pid, name);
    } catch {
      // It ended between the look and the signal.
    }
  };
  if (!(await isAlive())) return;
  signal("SIGCONT");
  signal(stopSignal);
  const giveUpAt = Date.now() + graceMs;
  while (Date.now() < giveUpAt) {
    if (!(await isAlive())) return;
    await sleep(50);
  }
  signal("SIGKILL");
  for (let tries = 0; tries < 40 && (await isAlive()); tries++) await sleep(50);
}
