import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface RunningService {
  name: string;
  url: string;
  /** null while it is down, or when somebody else runs it (its URL was given). */
  pid: number | null;
}

/** `stack.json`: where tests, load tests and people find a running system. */
export interface StackFile {
  pid: number;
  url: string;
  labToken?: string;
  replicas: RunningService[];
  redis: RunningService[];
  eventsRedis: { url: string; pid: number | null };
  postgres: { url: string; pid: number | null };
  /** Absent where there is none, or where it is the real service. */
  dynamodb?: { url: string; pid: number | null };
  /** The servers of the ensemble as `host:port`; empty where there is none. They may still be starting. */
  zookeeper: RunningService[];
  control: { url: string; token: string };
}

export const stackFilePath = (home: string) => join(home, "stack.json");

/** Readers never see half a file: it is written beside and renamed. It holds secrets, so only its owner may read it. */
export async function writeStackFile(home: string, file: StackFile): Promise<void> {
  const path = stackFilePath(home);
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}

/** The running system of this home, or undefined when there is none. */
export async function readStackFile(home: string): Promise<StackFile | undefined> {
  try {
    return JSON.parse(await readFile(stackFilePath(home), "utf8")) as StackFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export const removeStackFile = (home: string) => rm(stackFilePath(home), { force: true });
