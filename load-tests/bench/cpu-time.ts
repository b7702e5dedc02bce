import { readdir, readFile } from "node:fs/promises";

// USER_HZ, which every Linux in use fixes at 100.
const TICKS_PER_SECOND = 100;

interface Stat {
  parent: number;
  ticks: number;
}

/**
 * CPU seconds that these processes and their children have used so far, with those of children that have ended.
 * @throws Error where there is no /proc.
 */
export async function cpuSeconds(pids: readonly number[]): Promise<number> {
  const names = await readdir("/proc").catch(() => {
    throw new Error("CPU time is read from /proc, which Linux alone has.");
  });
  const found = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readStat));
  const stats = new Map(found.flatMap((entry) => (entry ? [entry] : [])));
  const isWanted = (pid: number): boolean => {
    if (pids.includes(pid)) return true;
    const parent = stats.get(pid)?.parent;
    return parent !== undefined && parent > 1 && isWanted(parent);
  };
  let ticks = 0;
  for (const [pid, stat] of stats) if (isWanted(pid)) ticks += stat.ticks;
  return ticks / TICKS_PER_SECOND;
}

async function readStat(pid: string): Promise<[number, Stat] | undefined> {
  // A process may have ended since it was listed.
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  // proc(5): the name may hold blanks; after it come state, parent, …, utime (14), stime, cutime, cstime.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return [Number(pid), { parent: Number(fields[1]), ticks }];
}
