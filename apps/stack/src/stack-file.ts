import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface RunningService {
  name: string;
  url: string;
  /** Null while the service is down, or if the user provides it by its URL. */
  pid: number | null;
}

/** `stack.json`: the addresses of a running system, for tests, load tests and people. */
export interface StackFile {
  pid: number;
  url: string;
  labToken?: string;
  /** Absent if only backing services run. */
  frontDoor?: { pid: number | null };
  replicas: RunningService[];
  redis: RunningService[];
  eventsRedis: { url: string; pid: number | null };
  postgres: { url: string; pid: number | null };
  /** Absent if there is no DynamoDB, or if it is the real service. */
  dynamodb?: { url: string; pid: number | null };
  /** The servers of the ensemble as `host:port`; empty if there are none. They may still be starting. */
  zookeeper: RunningService[];
  control: { url: string; token: string };
}

/** The address of a page of the lab. The token is in the fragment, which a browser sends to no server. */
export const labAddress = (url: string, { token }: StackFile["control"], page = "/lab"): string =>
  `${url}${page}#token=${token}`;

export const stackFilePath = (home: string) => join(home, "stack.json");

/**
 * Writes the file under another name and renames it, so that readers never see a partial file. Only the owner may read
 * it, because it contains secrets.
 */
export async function writeStackFile(home: string, file: StackFile): Promise<void> {
  const path = stackFilePath(home);
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}

/** The running system of this home, or undefined if there is none. */
export async function readStackFile(home: string): Promise<StackFile | undefined> {
  try {
    return JSON.parse(await readFile(stackFilePath(home), "utf8")) as StackFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export const removeStackFile = (home: string) => rm(stackFilePath(home), { force: true });
