/** The first thing in a program's `--version` output that looks like a version: `7.0.15`, `1.8.1`, `156.0.8078.79`. */
export function parseVersion(output: string): string | undefined {
  return /(?:^|[\sv=(])(\d+(?:\.\d+)+)/.exec(output)?.[1];
}

/** Whether a version is at least another one, number by number. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((text) => text.split(".").map(Number)) as [number[], number[]];
  for (let index = 0; index < want.length; index++) {
    const difference = (have[index] ?? 0) - (want[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
