import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { type ProgramName, programs } from "./programs.ts";
import { isAtLeast, parseVersion } from "./version.ts";

const run = promisify(execFile);

export interface FoundProgram {
  path: string;
  version: string;
  /** Whether the version is at least the one that we need. */
  enough: boolean;
}

/** A program on this machine: the first one that is new enough, else the first one at all, else undefined. */
export async function findProgram(name: ProgramName): Promise<FoundProgram | undefined> {
  const program = programs[name];
  const onPath = await Promise.all(program.commands.map(whichCommand));
  const candidates = [...onPath.filter((path) => path !== undefined), ...(await program.otherPaths())];
  let tooOld: FoundProgram | undefined;
  for (const path of candidates) {
    const version = await versionOf(path, program.versionArgs);
    if (!version) continue;
    const found = { path, version, enough: isAtLeast(version, program.leastVersion) };
    if (found.enough) return found;
    tooOld ??= found;
  }
  return tooOld;
}

/** Looks a command up in PATH, and in the folders of system programs that an ordinary user's PATH lacks. */
export async function whichCommand(command: string): Promise<string | undefined> {
  const folders = [
    ...(process.env.PATH ?? "").split(delimiter),
    "/usr/local/bin",
    "/usr/sbin",
    "/sbin",
    "/opt/homebrew/bin",
  ];
  for (const folder of folders) {
    if (folder === "") continue;
    const path = join(folder, command);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

export async function versionOf(path: string, args: string[]): Promise<string | undefined> {
  if (!(await isExecutable(path))) return undefined;
  try {
    const { stdout, stderr } = await run(path, args, { timeout: 15_000 });
    return parseVersion(stdout) ?? parseVersion(stderr);
  } catch {
    return undefined;
  }
}

const isExecutable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
