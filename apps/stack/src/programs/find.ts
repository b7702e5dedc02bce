import { versionOf, whichCommand } from "./commands.ts";
import { type ProgramName, programs } from "./programs.ts";
import { isAtLeast } from "./version.ts";

export interface FoundProgram {
  path: string;
  version: string;
  /** Whether the version is new enough. */
  enough: boolean;
}

/** Finds a program: the first one that is new enough, otherwise the first one found, otherwise undefined. */
export async function findProgram(name: ProgramName): Promise<FoundProgram | undefined> {
  const program = programs[name];
  if (program.find) {
    const there = await program.find();
    return there && { ...there, enough: isAtLeast(there.version, program.leastVersion) };
  }
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
