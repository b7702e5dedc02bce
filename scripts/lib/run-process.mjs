import { spawn } from "node:child_process";
import { endSignal } from "./ending.mjs";

/** How long a process may take to stop what it has started, before it is killed. */
const STOP_WITHIN_MS = 20_000;

/**
 * Runs a program to its end and resolves to its exit code; null when a signal ended it. When the command is asked to end,
 * the program is sent SIGTERM, and 20 s later its whole process group is killed.
 *
 * The program gets a group of its own: a Ctrl-C or a closed terminal then reaches this command alone, which stops its
 * processes in order.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onOutput?: (part: string) => void }} [options] without `onOutput`, the
 *   program writes to this command's own output.
 * @returns {Promise<number | null>}
 */
export async function runProcess(file, args, { cwd, env, onOutput } = {}) {
  endSignal.throwIfAborted();
  const output = onOutput ? "pipe" : "inherit";
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", output, output] });
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part) => onOutput(String(part)));
  let force;
  const stop = () => {
    child.kill("SIGTERM");
    force = setTimeout(() => killGroup(child.pid), STOP_WITHIN_MS);
  };
  endSignal.addEventListener("abort", stop, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
  } finally {
    clearTimeout(force);
    endSignal.removeEventListener("abort", stop);
    // What an interrupted program left in its group (workers, a browser) has no parent that would end it.
    if (endSignal.aborted) killGroup(child.pid);
  }
}

function killGroup(leader) {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
