import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { startSystem } from "@last-unit/stack";
import { measureDay } from "./bench/day.ts";
import type { Bench, Figure, Measure } from "./bench/figure.ts";
import { measureGrowth } from "./bench/growth.ts";
import { measureHotProduct } from "./bench/hot-product.ts";
import { measureLockContention } from "./bench/lock-contention.ts";
import { measureLockCycles } from "./bench/lock-cycles.ts";
import { type BenchOptions, parseBenchOptions, usage } from "./bench/options.ts";
import { measureOverload } from "./bench/overload.ts";
import { withDatabase } from "./bench/products.ts";
import { measureSettling } from "./bench/settling.ts";
import { figuresTable, markdownTable, sidesTable } from "./bench/table.ts";
import { UsageError } from "./options.ts";

/** In the order in which they are measured: the last one fills the tables. */
const measures: { ids: readonly string[]; measure: Measure }[] = [
  { ids: ["P1", "P2", "P2 crowd", "P3", "P8"], measure: measureHotProduct },
  { ids: ["P4"], measure: measureSettling },
  { ids: ["P5"], measure: measureLockCycles },
  { ids: ["P6", "P6 wait"], measure: measureLockContention },
  { ids: ["P7"], measure: measureDay },
  { ids: ["flat"], measure: measureOverload },
  { ids: ["P9"], measure: measureGrowth },
];

export const figureIds = measures.flatMap(({ ids }) => ids).sort();

/** Runs the benchmark as a command. Resolves to the exit code: 0 (measured), 1 (a goal missed, or not measured) or 2 (a wrong flag). */
export async function main(args: string[]): Promise<number> {
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort(new Error("Interrupted."));
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    const options = parseBenchOptions(args, figureIds);
    if (options.help) {
      console.log(usage(figureIds));
      return 0;
    }
    return await run(options, interrupt.signal);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return error instanceof UsageError ? 2 : interrupt.signal.aborted ? 130 : 1;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

async function run({ only, rounds, secondsEach }: BenchOptions, signal: AbortSignal): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), "last-unit-bench-"));
  const report = (line: string) => console.log(line);
  try {
    const env = { LOG_LEVEL: "warn", NODE_ENV: "production" };
    const system = await startSystem({ home, given: { zookeeper: false }, env, report, signal });
    try {
      const bench: Bench = { system, rounds, secondsEach, report, signal };
      const wanted = measures.filter(({ ids }) => !only || ids.some((id) => only.includes(id)));
      const figures: Figure[] = [];
      const leftOut: { ids: readonly string[]; reason: string }[] = [];
      for (const { ids, measure } of wanted) {
        report(`measuring ${ids.join(", ")} …`);
        try {
          const measured = [await measure(bench)].flat();
          for (const figure of measured) report(sidesTable(figure));
          figures.push(...measured);
        } catch (error) {
          if (signal.aborted) throw error;
          const reason = error instanceof Error ? error.message : String(error);
          leftOut.push({ ids, reason });
          report(`${ids.join(", ")} left out: ${reason}`);
        }
      }
      figures.sort((a, b) => Number(b.id.startsWith("P")) - Number(a.id.startsWith("P")) || a.id.localeCompare(b.id));
      const conditions = await describe(system.file.postgres.url, { rounds, secondsEach });
      const folder = await write({ conditions, figures, leftOut });
      report(`\n${conditions.sentence}\n${figuresTable(figures)}`);
      report(`Report: ${relative(process.cwd(), folder)}/bench.json`);
      return leftOut.length > 0 ? 1 : 0;
    } finally {
      await system.stop();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

interface Conditions {
  startedAt: string;
  node: string;
  cores: number;
  sentence: string;
}

async function describe(databaseUrl: string, { rounds, secondsEach }: { rounds: number; secondsEach: number }) {
  const [version, fsync, synchronous] = await withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<Record<string, string>>(
      `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
              current_setting('synchronous_commit') AS synchronous`,
    );
    return [rows[0]?.version, rows[0]?.fsync, rows[0]?.synchronous];
  });
  const cores = availableParallelism();
  return {
    startedAt: new Date().toISOString(),
    node: process.version,
    cores,
    sentence:
      `${rounds} rounds of ${secondsEach} s a side, the sides in turns; PostgreSQL ${version}, fsync ${fsync}, synchronous_commit ${synchronous}; ` +
      `Node ${process.version}; ${cores} cores, shared by the system and what loads it.`,
  } satisfies Conditions;
}

async function write(result: { conditions: Conditions; figures: Figure[]; leftOut: unknown[] }): Promise<string> {
  const name = `bench-${result.conditions.startedAt.slice(0, 19).replaceAll(":", "-")}`;
  const folder = fileURLToPath(new URL(`./reports/${name}`, import.meta.url));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "bench.json"), JSON.stringify(result, null, 2));
  await writeFile(join(folder, "table.md"), `${result.conditions.sentence}\n\n${markdownTable(result.figures)}\n`);
  return folder;
}
