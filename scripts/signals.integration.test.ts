import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isExhaustive } from "@last-unit/stack/testing";
import { test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

/** A load that takes long, so that it is always interrupted in the middle. */
const load = ["load", "--", "--strategies", "row-lock", "--buyers", "100000", "--stock", "100000", "--clients", "1"];
const node = (name: string) => [process.execPath, `scripts/${name}.mjs`];
const npm = (args: string[]) => ["npm", "run", "--silent", ...args];

/** The first two differ most in how the signal comes in; the others take as long again. */
const cases: { signal: NodeJS.Signals; to: string; name: string; command: string[] }[] = [
  { signal: "SIGHUP", to: "npm alone, whose terminal is closed", name: "load", command: npm(load) },
  { signal: "SIGTERM", to: "node", name: "bench", command: node("bench") },
  { signal: "SIGINT", to: "the process group", name: "matrix", command: npm(["matrix"]) },
  { signal: "SIGTERM", to: "npm", name: "test", command: npm(["test"]) },
];

// At the same time, because most of each is waiting for a system to start.
test.concurrent.for(isExhaustive ? cases : cases.slice(0, 2))(
  "$name, $signal to $to: the command ends, and nothing that it started is left",
  { timeout: 300_000 },
  async ({ signal, to, command }, { expect, onTestFinished }) => {
    const folder = await mkdtemp(join(tmpdir(), "last-unit-signals-"));
    let pids: number[] = [];
    onTestFinished(async () => {
      // A command that failed the test must not leave its system to the next one.
      for (const pid of pids) if (await isAlive(pid)) process.kill(pid, "SIGKILL");
      await rm(folder, { recursive: true, force: true });
    });
    const [file = "", ...args] = command;
    const env = { ...process.env, TMPDIR: folder, ZOOKEEPER: "0", LAST_UNIT_STACK_FILE: "" };
    const child = spawn(file, args, { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const pid = child.pid as number;
    const said = collect(child);
    await until(() => isUp(folder), `the system is up; the command said: ${said}`, 180_000);
    pids = [pid, ...(await descendantsOf(pid))];
    expect(pids.length).toBeGreaterThan(10);
    // The closed terminal: nobody reads any more, and writing fails.
    if (signal === "SIGHUP") for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    const ended = new Promise<number>((resolve) => {
      child.once("exit", (code, by) => resolve(code ?? 128 + constants.signals[by as NodeJS.Signals]));
    });
    process.kill(to === "the process group" ? -pid : pid, signal);
    expect(await ended).toBe(128 + constants.signals[signal]);
    const isAnyLeft = async () => (await Promise.all(pids.map(isAlive))).includes(true);
    await until(async () => !(await isAnyLeft()), "all of its processes are gone", 60_000);
    expect((await readdir(folder)).filter((name) => name.startsWith("last-unit-"))).toEqual([]);
  },
);

function collect({ stdout, stderr }: ChildProcess): { toString(): string } {
  let text = "";
  for (const stream of [stdout, stderr]) {
    stream?.on("data", (part) => {
      text += part;
    });
  }
  return { toString: () => text.slice(-2_000) };
}

/** Whether a system has its home somewhere in this folder, and has described itself. */
async function isUp(within: string): Promise<boolean> {
  return (await readdir(within, { recursive: true }).catch(() => [])).some((path) => path.endsWith("/stack.json"));
}

async function descendantsOf(pid: number): Promise<number[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid="]);
  const processes = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    processes.flatMap(([child = 0, ppid]) => (ppid === parent ? [child, ...below(child)] : []));
  return below(pid);
}

/** A zombie has ended; whether somebody collects it is not the command's business. */
async function isAlive(pid: number): Promise<boolean> {
  const state = await run("ps", ["-o", "stat=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return state.stdout.trim() !== "" && !state.stdout.startsWith("Z");
}

async function until(holds: () => Promise<boolean>, what: string, withinMs: number): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`In vain: ${what}.`);
    await sleep(100);
  }
}
