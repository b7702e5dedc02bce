import { setMaxListeners } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { startSystem } from "@last-unit/stack";
import { openOtherBuild, openThisBuild } from "./bench/builds/build.ts";
import { resolveCommit } from "./bench/builds/clone.ts";
import type { Bench, Figure } from "./bench/figure.ts";
import { choose, type Measurement, names } from "./bench/figures.ts";
import { stopLoads } from "./bench/http-load.ts";
import { type BenchOptions, parseBenchOptions, usage } from "./bench/options.ts";
import { describe, type LeftOut, write } from "./bench/result.ts";
import { figuresTable, sidesTable } from "./bench/table.ts";
import { UsageError } from "./options.ts";

/** Runs the benchmark as a command. Resolves to the exit code: 0 (measured), 1 (not all was measured) or 2 (a wrong flag). */
export async function main(args: string[], signal: AbortSignal): Promise<number> {
  try {
    const options = parseBenchOptions(args, names);
    if (options.help) {
      console.log(usage(names));
      return 0;
    }
    // A typing error shows before anything is started.
    if (options.against !== undefined) await resolveCommit(options.against);
    return await run(options, signal);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (!(error instanceof UsageError)) return 1;
    console.error(`\n${usage(names)}`);
    return 2;
  }
}

async function run(options: BenchOptions, signal: AbortSignal): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), "last-unit-bench-"));
  const began = performance.now();
  // Every system and every load that runs listens to it.
  setMaxListeners(0, signal);
  const report = (line: string) =>
    console.log(`${`${Math.round((performance.now() - began) / 1_000)} s`.padStart(6)}  ${line}`);
  const env = { LOG_LEVEL: "warn", NODE_ENV: "production" };
  try {
    const system = await startSystem({ home, given: { zookeeper: false }, env, report, signal });
    try {
      const around = { system, report, signal };
      const bench: Bench = { ...options, ...around, thisBuild: openThisBuild(around) };
      const chosen = choose(options.only);
      const wanted = chosen.filter(({ needsOtherBuild }) => options.against !== undefined || !needsOtherBuild);
      for (const { ids } of chosen.filter((measurement) => !wanted.includes(measurement))) {
        report(`${ids.join(", ")}: not measured without --against`);
      }
      if (options.against !== undefined) bench.otherBuild = await openOtherBuild(around, options.against);
      try {
        const { figures, leftOut } = await measureAll(bench, wanted);
        const conditions = await describe(bench);
        const folder = await write({ conditions, figures, leftOut }, { isPart: options.only !== undefined });
        console.log(`\n${conditions.sentence}\n${figuresTable(figures)}`);
        for (const { ids, reason } of leftOut) console.log(`${ids.join(", ")} could not be measured: ${reason}`);
        console.log(`Report: ${relative(process.cwd(), folder)}/bench.json`);
        return leftOut.length > 0 || figures.length === 0 ? 1 : 0;
      } finally {
        await bench.otherBuild?.remove();
      }
    } finally {
      stopLoads();
      await system.stop();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** A figure that cannot be measured does not keep the others from it. */
async function measureAll(
  bench: Bench,
  wanted: readonly Measurement[],
): Promise<{ figures: Figure[]; leftOut: LeftOut[] }> {
  const figures: Figure[] = [];
  const leftOut: LeftOut[] = [];
  for (const { ids, measure } of wanted) {
    bench.report(`measuring ${ids.join(", ")} …`);
    try {
      const measured = [await measure(bench)].flat();
      for (const figure of measured) console.log(sidesTable(figure));
      figures.push(...measured);
    } catch (error) {
      if (bench.signal.aborted) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      leftOut.push({ ids, reason });
      bench.report(`${ids.join(", ")} left out: ${reason}`);
    }
  }
  return { figures, leftOut };
}
