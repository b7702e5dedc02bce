import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startSystem } from "@last-unit/stack";
import Table from "cli-table3";
import { type HandOver, handOverKinds, measureHandOver } from "./locks/hand-over.ts";
import { type HungNode, measureHungNode } from "./locks/hung-node.ts";

const usage = `Measure Redlock alone: five Redis nodes of its own, on loopback.

  npm run bench:locks -- [flags]

  --cycles N     uncontended cycles with all nodes, and as many with one hung, 50 to 5000 (default 200)
  --seconds N    how long each way of handing over is measured, 1 to 60 (default 5)
  --help         this text`;

/** Runs both measurements. Resolves to the exit code: 0, 1 (it could not be measured) or 2 (a wrong flag). */
export async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === "string") {
    console.error(options);
    return options === usage ? 0 : 2;
  }
  const home = await mkdtemp(join(tmpdir(), "last-unit-locks-"));
  const report = (line: string) => console.log(line);
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    const system = await startSystem({ home, given: {}, backingServicesOnly: true, report, signal: interrupt.signal });
    try {
      const urls = system.file.redis.map(({ url }) => url);
      const hungNode = await measureHungNode(urls, system.services, options.cycles, interrupt.signal);
      say(hungNode);
      const handOver: HandOver[] = [];
      for (const kind of handOverKinds) {
        handOver.push(await measureHandOver(urls, kind, options.seconds, interrupt.signal));
      }
      sayHandOver(handOver);
      const startedAt = new Date().toISOString();
      const folder = fileURLToPath(
        new URL(`./reports/locks-${startedAt.slice(0, 19).replaceAll(":", "-")}`, import.meta.url),
      );
      await mkdir(folder, { recursive: true });
      const conditions = { startedAt, cores: availableParallelism(), node: process.version, ...options };
      await writeFile(join(folder, "locks.json"), JSON.stringify({ conditions, hungNode, handOver }, null, 2));
      return 0;
    } finally {
      await system.stop();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return interrupt.signal.aborted ? 130 : 1;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    await rm(home, { recursive: true, force: true });
  }
}

function readOptions(args: string[]): { cycles: number; seconds: number } | string {
  try {
    const flag = { type: "string" } as const;
    const { values } = parseArgs({ args, options: { cycles: flag, seconds: flag, help: { type: "boolean" } } });
    if (values.help) return usage;
    const cycles = Number(values.cycles ?? 200);
    const seconds = Number(values.seconds ?? 5);
    if (!Number.isInteger(cycles) || cycles < 50 || cycles > 5_000)
      return "--cycles is a whole number from 50 to 5000.";
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 60) return "--seconds is a whole number from 1 to 60.";
    return { cycles, seconds };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}

function say({ cycles, healthyMs, hungMs, ratio }: HungNode): void {
  console.log(`\nOne of five nodes stopped with SIGSTOP, ${cycles} uncontended cycles each, in turns:`);
  console.log(`  acquire, median: ${healthyMs.toFixed(2)} ms healthy, ${hungMs.toFixed(2)} ms with the hung node`);
  console.log(`  ratio: ${ratio.toFixed(2)}`);
}

function sayHandOver(rows: readonly HandOver[]): void {
  const table = new Table({
    head: ["hand-over", "cycles/s", "p99 wait, ms", "longest wait, ms", "fewest and most turns of one"],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    table.push([
      row.kind,
      row.cyclesPerSecond.toFixed(0),
      row.p99WaitMs.toFixed(0),
      row.longestWaitMs.toFixed(0),
      `${row.fewestTurns} / ${row.mostTurns}`,
    ]);
  }
  console.log(`\n32 contenders in 3 processes, one key:\n${table.toString()}`);
}
