import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { access, appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { logFile } from "../home.ts";
import { StackError } from "../stack-error.ts";
import type { Surroundings } from "../supervise/service-spec.ts";
import { type PostgresBinaries, postgresBinaries } from "./binaries.ts";
import { type RunAs, waysToRun } from "./run-as.ts";

/** Name of the superuser, and of the shop's database. */
export const USER = "last_unit";

/**
 * Creates the data folder at the first call, and finds a way to run PostgreSQL on it.
 *
 * @throws StackError when no way works here, with a remedy.
 */
export async function initialise(home: string, data: string, password: string, around: Surroundings) {
  const shipped = await postgresBinaries();
  const ways = await waysToRun();
  const chosenPath = join(home, "data", "postgres-runs-as");
  const chosen = await readFile(chosenPath, "utf8").catch(() => undefined);
  const earlier = ways.find(({ name }) => name === chosen?.trim());
  if (earlier && (await exists(join(data, "PG_VERSION")))) {
    return { runAs: earlier, binaries: await earlier.prepare(shipped) };
  }
  if (await exists(join(data, "PG_VERSION"))) {
    throw new StackError(
      `The data in ${data} was made by another user, or in a container with other rights. ` +
        "Start as that user again, or name a fresh folder with LAST_UNIT_HOME.",
    );
  }
  const failures: string[] = [];
  for (const runAs of ways) {
    try {
      const binaries = await runAs.prepare(shipped);
      await initdb({ home, data, password, binaries, runAs, around });
      await writeFile(chosenPath, `${runAs.name}\n`);
      return { runAs, binaries };
    } catch (error) {
      if (around.ending.aborted) throw error;
      failures.push(`${runAs.name}: ${(error as Error).message}`);
    }
  }
  throw new StackError(
    `PostgreSQL could not be initialised. ${failures.join("\n")}\n` +
      (process.getuid?.() === 0
        ? "PostgreSQL refuses to run as root: start as an ordinary user, or set DATABASE_URL to a PostgreSQL 18 of your own."
        : "Set DATABASE_URL to a PostgreSQL 18 of your own."),
  );
}

interface Initdb {
  home: string;
  data: string;
  password: string;
  binaries: PostgresBinaries;
  runAs: RunAs;
  around: Surroundings;
}

/**
 * Creates the data in a draft folder and renames it when complete, so that an interrupted start leaves no incomplete
 * data.
 */
async function initdb({ home, data, password, binaries, runAs, around }: Initdb): Promise<void> {
  const parent = dirname(data);
  for (const name of await readdir(parent)) {
    if (name.startsWith("postgres.draft-")) await rm(join(parent, name), { recursive: true, force: true });
  }
  const draft = `${data}.draft-${randomUUID().slice(0, 8)}`;
  const folder = join(draft, "data");
  const passwordFile = join(draft, "password");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    for (const path of [draft, folder, passwordFile]) await runAs.own(path);
    const command = runAs.wrap(binaries.initdb, [
      `--pgdata=${folder}`,
      `--username=${USER}`,
      "--auth=scram-sha-256",
      `--pwfile=${passwordFile}`,
      "--encoding=UTF8",
      "--no-locale",
    ]);
    const { code, output } = await runToEnd(command, around);
    await appendFile(logFile(home, "postgres"), output, { mode: 0o600 });
    if (code !== 0) throw new Error(output.trim().split("\n").slice(-3).join(" ") || `initdb ended with code ${code}`);
    await rename(folder, data);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Runs a program in a separate, recorded process group, so that it is ended if the start is interrupted or killed. */
async function runToEnd({ file, args, uid, gid }: ReturnType<RunAs["wrap"]>, around: Surroundings) {
  const child = spawn(file, args, { uid, gid, cwd: "/", detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      output += part.toString("utf8");
    });
  }
  const end = () => {
    if (child.pid && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGTERM");
  };
  const ended = new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  around.ending.addEventListener("abort", end, { once: true });
  try {
    if (child.pid) await around.record.add({ name: "initdb", pid: child.pid, stopSignal: "SIGTERM" });
    return { code: await ended, output };
  } finally {
    around.ending.removeEventListener("abort", end);
    if (child.pid) await around.record.remove(child.pid);
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
