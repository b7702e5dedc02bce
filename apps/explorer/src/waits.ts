import type { ControlledProcess } from "./controlled-process.ts";

/** The processes that wait for each other in a circle, found from one of them; undefined if there is none. */
export function cycleFrom(
  processes: readonly ControlledProcess[],
  name: string,
  path: readonly string[] = [],
): readonly string[] | undefined {
  if (path.includes(name)) return path.slice(path.indexOf(name));
  const blockers = processes.find((process) => process.name === name)?.blockers ?? [];
  for (const blocker of blockers) {
    const cycle = cycleFrom(processes, blocker, [...path, name]);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Says in a sentence why some processes cannot go on. */
export function tellStuck(processes: readonly ControlledProcess[], stuck: readonly string[], steps: number): string {
  const waits = processes
    .filter(({ blockers }) => blockers.length > 0)
    .map(({ name, blockers }) => `${name} waits for ${blockers.join(" and ")}`);
  if (waits.length > 0) return `Stuck: ${waits.join(", ")}.`;
  return `${stuck.join(" and ")} did not end within ${steps} steps.`;
}
