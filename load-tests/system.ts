import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StackFile, startSystem } from "@last-unit/stack";
import pg from "pg";
import { LabClient } from "./lab-client.ts";
import type { LoadOptions } from "./options.ts";

/** The system under load: its lab, and the addresses that k6 fires at. */
export interface TargetSystem {
  lab: LabClient;
  replicaUrls: string[];
  database: string;
  durability: string;
  /** Stops what was started for this comparison, and removes its home; a system that was there before goes on. */
  release(): Promise<void>;
}

export async function openSystem(
  options: LoadOptions,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<TargetSystem> {
  if (options.stackFile) return describe(await readStackFile(options.stackFile));
  if (options.url) return atUrl(options.url);
  return startOwn(report, signal);
}

async function startOwn(report: (line: string) => void, signal: AbortSignal): Promise<TargetSystem> {
  const home = await mkdtemp(join(tmpdir(), "last-unit-load-"));
  const removeHome = () => rm(home, { recursive: true, force: true });
  try {
    const system = await startSystem({ home, port: 0, lab: true, env: { LOG_LEVEL: "warn" }, report, signal });
    const release = async () => {
      await system.stop();
      await removeHome();
    };
    try {
      return { ...(await describe(system.file)), release };
    } catch (error) {
      await release();
      throw error;
    }
  } catch (error) {
    await removeHome();
    throw error;
  }
}

async function readStackFile(file: string): Promise<StackFile> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as StackFile;
  } catch (cause) {
    throw new Error(`${file} is not the stack.json of a running system.`, { cause });
  }
}

async function describe(file: StackFile): Promise<TargetSystem> {
  const lab = new LabClient(file.url, file.labToken);
  return {
    lab,
    replicaUrls: file.replicas.map((replica) => replica.url),
    database: (await lab.system()).database,
    durability: await durabilityOf(file.postgres.url),
    release: async () => {},
  };
}

async function atUrl(url: string): Promise<TargetSystem> {
  const lab = new LabClient(url, process.env.LAB_TOKEN);
  const { replicas, database } = await lab.system();
  return {
    lab,
    replicaUrls: await reachableReplicas(url, replicas),
    database,
    durability: "durability as that system has it",
    release: async () => {},
  };
}

/** Our own front door passes /replica/N/ on to replica N; another one (nginx, a cloud's) does the spreading itself. */
async function reachableReplicas(url: string, count: number): Promise<string[]> {
  const urls = Array.from({ length: count }, (_, index) => `${url}/replica/${index + 1}`);
  const names = await Promise.all(urls.map(replicaName));
  return new Set(names).size === count && !names.includes(undefined) ? urls : [url];
}

async function replicaName(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/api/system`, { signal: AbortSignal.timeout(10_000) });
    return response.ok ? ((await response.json()) as { replica?: string }).replica : undefined;
  } catch {
    // A front door without /replica/N answers with its own page, or not at all; either way there is no such replica here.
    return undefined;
  }
}

/** Asked of the database itself, so that the report never claims a durability that is not there. */
async function durabilityOf(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ fsync: string; commit: string }>(
      "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit",
    );
    return `fsync ${rows[0]?.fsync}, synchronous_commit ${rows[0]?.commit}`;
  } finally {
    await client.end();
  }
}
