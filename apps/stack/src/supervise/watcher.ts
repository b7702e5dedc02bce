import { type ChildProcess, spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { logFile } from "../home.ts";

export interface WatchedProcess {
  name: string;
  pid: number;
  /** The signal for a graceful end. */
  stopSignal: NodeJS.Signals;
  /** The container to remove, if the process is only Docker's client. */
  container?: string;
}

/** A line of the watcher's pipe, as JSON. `dismissed` means that there is nothing left to end. */
export type WatcherLine = { watch: WatchedProcess } | { forget: number } | "dismissed";

export interface Watcher {
  /** Makes the watcher end the process if this process is killed. */
  watch(process: WatchedProcess): void;
  forget(pid: number): void;
  dismiss(): void;
}

/**
 * Starts the watcher, a process that ends the whole system if this process is killed. The watcher reads from a pipe. Only
 * this process has the writing end, and the kernel closes it however this process ends. The watcher runs in a separate
 * session, so that neither Ctrl-C nor closing the terminal ends it. Through the pipe it learns of each process at once,
 * and only of processes of this stack.
 */
export async function startWatcher(home: string, root: string): Promise<Watcher> {
  const log = await open(logFile(home, "watcher"), "a", 0o600);
  const main = fileURLToPath(new URL("./watcher-main.ts", import.meta.url));
  let watcher: ChildProcess | undefined;
  let isDismissed = false;
  const watched = new Map<number, WatchedProcess>();
  const tell = (line: WatcherLine) => watcher?.stdin?.write(`${JSON.stringify(line)}\n`);
  const start = () => {
    const child = spawn(process.execPath, ["--import", "tsx", main, home, String(process.pid)], {
      cwd: root,
      detached: true,
      stdio: ["pipe", log.fd, log.fd],
    });
    // Ignore the error of writing to a watcher that has just died: a new one replaces it.
    child.stdin?.on("error", () => {});
    child.once("error", () => {});
    child.once("exit", () => {
      if (!isDismissed) setTimeout(start, 1000).unref();
    });
    child.unref();
    watcher = child;
    for (const process of watched.values()) tell({ watch: process });
  };
  start();
  return {
    watch(process) {
      watched.set(process.pid, process);
      tell({ watch: process });
    },
    forget(pid) {
      if (watched.delete(pid)) tell({ forget: pid });
    },
    dismiss() {
      isDismissed = true;
      tell("dismissed");
      watcher?.stdin?.end();
      void log.close();
    },
  };
}
