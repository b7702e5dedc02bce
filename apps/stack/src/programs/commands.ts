import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { parseVersion } from "./version.ts";

const run = promisify(execFile);

/** Looks a command up in PATH, and then in system folders that an ordinary user's PATH may lack. */
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
