import { readFile } from "node:fs/promises";

/**
 * Resident memory of a process, in MB.
 * @throws Error where there is no /proc.
 */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => {
    throw new Error("Memory is read from /proc, which Linux alone has.");
  });
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
}
