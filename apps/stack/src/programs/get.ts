import { spawn } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { StackError } from "../stack-error.ts";
import { whichCommand } from "./commands.ts";
import { type FoundProgram, findProgram } from "./find.ts";
import { cacheBin, type ManagerName, type ProgramName, programs } from "./programs.ts";

const managers: Record<ManagerName, { install: string[]; refresh?: string[]; asRoot: boolean }> = {
  // Wait for the lock if another process is installing packages.
  "apt-get": {
    install: ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"],
    refresh: ["update"],
    asRoot: true,
  },
  dnf: { install: ["install", "-y"], asRoot: true },
  apk: { install: ["add", "--no-cache"], asRoot: true },
  pacman: { install: ["-S", "--noconfirm", "--needed"], refresh: ["-Sy"], asRoot: true },
  brew: { install: ["install"], asRoot: false },
};

/** A way to install a program without a person's help. */
export interface WayToGet {
  about: string;
  steps: { file: string; args: string[]; env?: Record<string, string> }[];
}

let installing: Promise<unknown> = Promise.resolve();

/**
 * Finds the program, and installs it if it is missing or too old.
 *
 * @throws StackError with the command to type if it cannot be installed.
 */
export async function ensureProgram(
  name: ProgramName,
  report: (line: string) => void = () => undefined,
): Promise<FoundProgram> {
  const there = await findProgram(name);
  if (there?.enough) return there;
  const { title, byHand, leastVersion } = programs[name];
  const missing = there
    ? `${title} ${there.version} is too old (${leastVersion} or newer is needed)`
    : `${title} is not installed`;
  const install = async () => {
    for (const way of await waysToGet(name)) {
      report(`${missing}; ${way.about}`);
      const output = await runSteps(way, report);
      const found = await findProgram(name);
      if (found?.enough) return found;
      report(`that did not help: ${output.trim().split("\n").at(-1) ?? "no output"}`);
    }
    return undefined;
  };
  // One at a time, because package managers lock their database.
  const installed = installing.then(install);
  installing = installed.catch(() => undefined);
  const found = await installed;
  if (found) return found;
  throw new StackError(`${missing}, and it could not be installed from here. ${byHand}`);
}

/** The ways to install the program on this machine, best first. */
export async function waysToGet(name: ProgramName): Promise<WayToGet[]> {
  const program = programs[name];
  const ways: WayToGet[] = [];
  for (const [manager, packages] of Object.entries(program.packages) as [ManagerName, string[]][]) {
    if (!(await whichCommand(manager))) continue;
    const { install, refresh, asRoot } = managers[manager];
    const prefix = asRoot ? await rootPrefix() : [];
    if (!prefix) continue;
    const step = (args: string[]) => {
      const [file, ...rest] = [...prefix, manager, ...args] as [string, ...string[]];
      return { file, args: rest, env: { DEBIAN_FRONTEND: "noninteractive" } };
    };
    const first = refresh && (await needsRefresh(manager)) ? [step(refresh)] : [];
    for (const packageName of packages) {
      const steps = [...first, step([...install, ...packageName.split(" ")])];
      ways.push({ about: `installing the package ${packageName} with ${manager}`, steps });
    }
    const [firstPackage] = packages;
    if (refresh && first.length === 0 && firstPackage) {
      // The existing package lists may be outdated and name versions that are no longer available.
      const steps = [step(refresh), step([...install, ...firstPackage.split(" ")])];
      ways.push({ about: `refreshing the lists of ${manager}, then installing ${firstPackage}`, steps });
    }
  }
  for (const { file, needs = file, args, env, about } of program.otherWays()) {
    if ((await whichCommand(file)) && (await whichCommand(needs))) ways.push({ about, steps: [{ file, args, env }] });
  }
  return ways;
}

/** `[]` for root, `sudo -n` if sudo needs no password, otherwise undefined. */
async function rootPrefix(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  if (!(await whichCommand("sudo"))) return undefined;
  const { code } = await runCommand("sudo", ["-n", "true"]);
  return code === 0 ? ["sudo", "-n"] : undefined;
}

async function needsRefresh(manager: ManagerName): Promise<boolean> {
  if (manager !== "apt-get") return true;
  const lists = await readdir("/var/lib/apt/lists").catch(() => [] as string[]);
  return !lists.some((name) => name.includes("Packages"));
}

async function runSteps(way: WayToGet, report: (line: string) => void): Promise<string> {
  await mkdir(cacheBin(), { recursive: true });
  const startedAt = Date.now();
  const heartbeat = setInterval(() => {
    report(`still ${way.about} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  }, 4000);
  let output = "";
  try {
    for (const { file, args, env } of way.steps) {
      const result = await runCommand(file, args, env);
      output += result.output;
      if (result.code !== 0) break;
    }
  } finally {
    clearInterval(heartbeat);
  }
  return output;
}

function runCommand(file: string, args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number | null; output: string }>((done) => {
    let output = "";
    const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (part: Buffer) => {
        output = (output + part.toString("utf8")).slice(-20_000);
      });
    }
    child.once("error", (error) => done({ code: null, output: error.message }));
    child.once("close", (code) => done({ code, output }));
  });
}
