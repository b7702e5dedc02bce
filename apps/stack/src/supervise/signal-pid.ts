/** Sends a signal to a process that may have ended already. */
export function signalPid(pid: number | null | undefined, signal: NodeJS.Signals): void {
  if (!pid) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it ended meanwhile, which is what was wanted or will be noticed by its exit event.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
