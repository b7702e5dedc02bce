import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * The start time of a process, as an opaque text; undefined if there is no such process. Together with the pid it identifies
 * a process. The pid alone does not, because systems reuse it.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    try {
      const [stat, boot] = await Promise.all([
        readFile(`/proc/${pid}/stat`, "utf8"),
        readFile("/proc/sys/kernel/random/boot_id", "utf8"),
      ]);
      const { state, startTicks } = parseProcStat(stat);
      // A zombie process has already ended, but its parent has not read its exit status.
      return state === "Z" || state === "X" ? undefined : `${boot.trim()}/${startTicks}`;
    } catch {
      return undefined;
    }
  }
  try {
    const { stdout } = await run("ps", ["-o", "lstart=", "-p", String(pid)], { env: { ...process.env, LC_ALL: "C" } });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Field 3 (state) and field 22 (start, in clock ticks since boot) of `/proc/<pid>/stat`, see proc(5). */
export function parseProcStat(stat: string): { state: string; startTicks: string } {
  // The second field is the program's name in brackets and may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startTicks: fields[19] ?? "" };
}

/** The pids of the direct children; empty if the system does not tell. */
export async function childrenOf(pid: number): Promise<number[]> {
  try {
    const { stdout } = await run("ps", ["-eo", "pid=,ppid="]);
    return stdout
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .filter(([, parent]) => parent === pid)
      .map(([child]) => child as number);
  } catch {
    return [];
  }
}
