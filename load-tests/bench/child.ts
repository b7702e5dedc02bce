import { fork } from "node:child_process";

/**
 * Runs a module in a process of its own, whose working folder is `cwd`: it is sent `task` once it says "ready", and resolves with what it sends next.
 * @throws Error when the process ends without an answer; the signal's reason when it is aborted.
 */
export function runInChild<Task, Result>(
  module: string,
  task: Task,
  signal: AbortSignal,
  { cwd }: { cwd?: string } = {},
): Promise<Result> {
  signal.throwIfAborted();
  const child = fork(module, { cwd, execArgv: ["--import", "tsx"] });
  const stop = () => child.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  return new Promise<Result>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(signal.aborted ? signal.reason : new Error(`A measuring process ended early (${code}).`));
    });
    child.once("message", () => {
      child.once("message", (result) => resolve(result as Result));
      child.send(task as object);
    });
  }).finally(() => {
    signal.removeEventListener("abort", stop);
    stop();
  });
}
