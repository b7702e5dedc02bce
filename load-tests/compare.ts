import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { ensureProgram } from "@last-unit/stack";
import { chooseStrategies } from "./choose-strategies.ts";
import { combine, inOrderOfRound } from "./combine.ts";
import { medianHeldMs } from "./held.ts";
import { judgeHistory } from "./history.ts";
import { judge } from "./judge.ts";
import { type LoadOptions, parseOptions, UsageError, usage } from "./options.ts";
import { progressLine } from "./progress.ts";
import { htmlReport } from "./report/html.ts";
import { newReport } from "./reports.ts";
import type { Conditions, StrategyInfo, StrategyResult, StrategyRound } from "./results.ts";
import { consoleFile, runK6 } from "./run-k6.ts";
import { openSystem, type TargetSystem } from "./system.ts";
import { headings, markdownTable, textTable } from "./table.ts";

/** Runs the comparison as a command. Resolves to the process's exit code: 0, 1 (a promise was broken) or 2 (a wrong flag). */
export async function main(args: string[], signal: AbortSignal): Promise<number> {
  let options: LoadOptions;
  try {
    options = parseOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }

  try {
    return await compare(options, signal);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function compare(options: LoadOptions, signal: AbortSignal): Promise<number> {
  const say = (line: string) => console.log(line);
  const { path: k6 } = await ensureProgram("k6", say);
  const system = await openSystem(options, say, signal);
  try {
    signal.throwIfAborted();
    const { strategies, leftOut } = await chooseStrategies(system, options.strategies, say, signal);
    const conditions = await describeConditions(options, system, k6);
    const folder = options.out ? resolve(options.out) : newReport("load", conditions.startedAt);
    await mkdir(folder, { recursive: true });

    let results: StrategyResult[];
    try {
      results = await measureRounds(strategies, { options, system, k6, folder, signal });
    } catch (error) {
      // Half a comparison is none. A folder that the person named may hold other things and is left alone.
      if (!options.out) await rm(folder, { recursive: true, force: true });
      throw error;
    }

    await writeFile(join(folder, "results.json"), JSON.stringify({ conditions, results, leftOut }, null, 2));
    await writeFile(join(folder, "table.md"), `${headings(conditions).join("\n")}\n\n${markdownTable(results)}\n`);
    await writeFile(join(folder, "report.html"), htmlReport(conditions, results));

    say("");
    for (const line of headings(conditions)) say(line);
    say(textTable(results));
    const failures = results.flatMap(({ strategy, failures }) => failures.map((failure) => `${strategy}: ${failure}`));
    for (const failure of failures) say(`BROKEN PROMISE  ${failure}`);
    say(`Report: ${relative(process.cwd(), join(folder, "report.html"))} (raw figures beside it)`);
    return failures.length === 0 ? 0 : 1;
  } finally {
    await system.release();
  }
}

const warmUpCheckouts = 150;

interface Bench {
  options: LoadOptions;
  system: TargetSystem;
  k6: string;
  folder: string;
  signal: AbortSignal;
}

/** Fresh replicas are slow until their code is compiled and their connections are open; the first strategy must not pay for it. */
async function warmUp(strategies: StrategyInfo[], bench: Bench): Promise<void> {
  const { lab, replicaUrls } = bench.system;
  const strategy = (strategies.find((info) => info.safe) ?? strategies[0])?.name;
  if (strategy === undefined) return;
  const { sku } = await lab.createRun({ strategy, stock: warmUpCheckouts, thinkTimeMs: 0 });
  const k6Run = { k6: bench.k6, signal: bench.signal, folder: bench.folder, sku, replicaUrls };
  await runK6({ ...k6Run, strategy: "warm-up", clients: 16, buyers: warmUpCheckouts, progress: () => {} });
  await rm(consoleFile({ folder: bench.folder, strategy: "warm-up" }));
  console.log(`  warm-up: ${warmUpCheckouts} checkouts that are not counted`);
}

/** All strategies in each round, in changing order: what changes with time meets all of them. */
async function measureRounds(strategies: StrategyInfo[], bench: Bench): Promise<StrategyResult[]> {
  await warmUp(strategies, bench);
  const rounds = new Map<string, StrategyRound[]>(strategies.map(({ name }) => [name, []]));
  for (let round = 0; round < bench.options.rounds; round += 1) {
    if (bench.options.rounds > 1) console.log(`  round ${round + 1} of ${bench.options.rounds}`);
    for (const info of inOrderOfRound(strategies, round)) {
      bench.signal.throwIfAborted();
      rounds.get(info.name)?.push(await measure(info, round, bench));
    }
  }
  return [...rounds.values()].map((measured) => combine(measured as [StrategyRound, ...StrategyRound[]]));
}

/** One strategy against a fresh product: nothing that an earlier strategy did can reach it. */
async function measure(info: StrategyInfo, round: number, bench: Bench): Promise<StrategyRound> {
  const { options, system } = bench;
  const name = options.rounds === 1 ? info.name : `${info.name}.${round + 1}`;
  const run = await system.lab.createRun({
    strategy: info.name,
    stock: options.stock,
    thinkTimeMs: options.thinkTimeMs,
  });
  const progress = progressLine(info.name, options.buyers);
  const summary = await runK6({
    ...bench,
    strategy: name,
    sku: run.sku,
    replicaUrls: system.replicaUrls,
    clients: options.clients,
    buyers: options.buyers,
    progress: progress.update,
  });
  const file = (ending: string) => join(bench.folder, `${name}.${ending}`);
  const told = { sku: run.sku, stock: options.stock, checkouts: summary.checkouts };
  const { verdict, reason, counterexample } = await judgeHistory(file("console"), file("history.jsonl"), told);
  await rm(file("console"));
  const history = { verdict, reason, sentences: counterexample?.sentences, svg: counterexample?.svg };
  // A system without an events Redis shows no checkpoints; all other figures are the same.
  const heldMs = medianHeldMs(await system.lab.events(run.id, summary.checkouts).catch(() => []));
  const result = judge(info, run.id, summary, await system.lab.verdict(run.id), history, heldMs);
  const { unitsSold, unitsOversold } = result.verdict;
  progress.end(
    `${info.name}: ${unitsSold} units sold out of ${options.stock}, ${unitsOversold} oversold, in ${(summary.soldMs / 1000).toFixed(1)} s`,
  );
  return result;
}

async function describeConditions(options: LoadOptions, system: TargetSystem, k6: string): Promise<Conditions> {
  const { rounds, buyers, stock, clients, thinkTimeMs } = options;
  const { stdout } = await promisify(execFile)(k6, ["version"]);
  return {
    startedAt: new Date().toISOString(),
    commit: await commit(),
    rounds,
    buyers,
    stock,
    clients: Math.min(clients, buyers),
    thinkTimeMs,
    replicas: system.replicaUrls.length,
    database: system.database,
    durability: system.durability,
    machine: `${availableParallelism()} cores, shared by k6 and the system`,
    k6: stdout
      .split(/[\s(]+/, 2)
      .join(" ")
      .trim(),
  };
}

/** The commit of the working copy; undefined outside one. */
const commit = () =>
  promisify(execFile)("git", ["rev-parse", "--short", "HEAD"], { cwd: import.meta.dirname }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
