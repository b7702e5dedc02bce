import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloneCommit, installPackages } from "./builds/clone.ts";
import { runStart } from "./builds/start-by-command.ts";
import type { Bench, Figure } from "./figure.ts";

/** Starts with fewer rounds than other figures have: each takes seconds and compares nothing. */
const SECOND_STARTS = 3;

/** How long `npm start` takes in a fresh clone whose packages are installed: the first start, which builds, and later ones. */
export async function measureStart(bench: Bench): Promise<Figure[]> {
  const { folder, remove } = await cloneCommit("HEAD", bench);
  const home = await mkdtemp(join(tmpdir(), "last-unit-bench-"));
  try {
    await installPackages(folder, bench);
    const seconds: number[] = [];
    for (let start = 0; start <= SECOND_STARTS; start += 1) {
      const { readyAfterMs, stop } = await runStart(folder, home, {}, bench.signal);
      await stop();
      seconds.push(readyAfterMs / 1_000);
    }
    const [first = Number.NaN, ...later] = seconds;
    const notes = ["Seconds from the command until all replicas are ready, of the last commit in a fresh clone."];
    const side = (name: string, took: number[]) => ({ name, clients: 1, perSecond: took.map((value) => 1 / value) });
    return [
      {
        id: "start",
        what: "seconds that the second npm start takes until all replicas are ready",
        goal: { atMost: 5 },
        ratios: later,
        sides: [side("npm start, again", later)],
        notes,
      },
      {
        id: "start first",
        what: "seconds that the first npm start takes, packages installed",
        goal: { atMost: 15 },
        ratios: [first],
        sides: [side("npm start, first", [first])],
        notes,
      },
    ];
  } finally {
    await rm(home, { recursive: true, force: true });
    await remove();
  }
}
