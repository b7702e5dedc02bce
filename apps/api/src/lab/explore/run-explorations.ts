import { writeFile } from "node:fs/promises";
import {
  type Counterexample,
  explore,
  extentOf,
  repeat,
  replay,
  scheduleOf,
  tellCounterexample,
} from "@last-unit/explorer";
import type { Pausing } from "@last-unit/explorer/postgres";
import { strategyCatalogue } from "../../inventory/strategy-catalogue.ts";
import type { Cell } from "./cell.ts";
import { exploreLive } from "./explore-live.ts";
import { type ExplorationUrls, type ExploredShops, openExploredShops } from "./explored-shops.ts";
import { isBrokenBy, survives } from "./faults.ts";
import { junitReport } from "./junit.ts";
import { isExplored, type Options, type Task } from "./options.ts";
import { systemOf } from "./system.ts";

/** An execution takes milliseconds. One that takes so long waits for something that is no step. */
const EXECUTION_BOUND_MS = 60_000;
const PROGRESS_EVERY_MS = 1_000;
/** How often each counterexample is repeated, to see the same steps and the same verdict. */
const REPLAYS = 20;
const executionSignal = () => AbortSignal.timeout(EXECUTION_BOUND_MS);
const executionOptions = () => ({ signal: executionSignal() });

/** Explores what the options say, prints it, and resolves to the exit code. */
export async function runExplorations(
  urls: ExplorationUrls,
  pausing: Pausing,
  options: Options,
  signal: AbortSignal,
): Promise<number> {
  const processes = Math.max(...options.tasks.map(({ scenario }) => scenario.processes.length));
  const shops = await openExploredShops(urls, processes, pausing);
  try {
    if (options.isLive) return await exploreLive(shops, options.tasks[0] as Task, options, signal);
    if (options.replay !== undefined) return await replayOne(shops, options.tasks[0] as Task, options.replay);
    const cells: Cell[] = [];
    for (const task of options.tasks) {
      if (signal.aborted) return 2;
      const cell = await exploreCell(shops, task, options, signal);
      cells.push(cell);
      if (!options.json) print(cell);
    }
    if (options.json) console.log(JSON.stringify(cells.map(asJson), null, 2));
    else if (options.isAll) printNotExplored();
    if (options.junit) await writeFile(options.junit, junitReport(cells));
    return exitCode(cells, options.isAll);
  } finally {
    await shops.close();
  }
}

/**
 * With `--all`, the unlocked baseline is expected to lose, and with a fault each strategy that the fault breaks; it is a
 * failure if one does not.
 */
export function exitCode(cells: readonly Cell[], isAll: boolean): number {
  if (cells.some(({ exploration }) => exploration.notDeterministic)) return 2;
  const hasWrong = (own: readonly Cell[]) => own.some(({ exploration }) => exploration.wrong > 0);
  if (!isAll) return hasWrong(cells) ? 1 : 0;
  const expected = cells.filter(({ strategy, fault }) => strategy === "unlocked" || isBrokenBy(strategy, fault));
  const isMissed = expected.some((cell) => {
    return !hasWrong(expected.filter(({ strategy, fault }) => strategy === cell.strategy && fault === cell.fault));
  });
  return hasWrong(cells.filter(({ safe }) => safe)) || isMissed ? 1 : 0;
}

async function exploreCell(
  shops: ExploredShops,
  task: Task,
  { limit, untilWrong, faultCount, preemptions = boundOf(task) }: Options,
  signal: AbortSignal,
): Promise<Cell> {
  const { fault } = task;
  const strategy = task.strategy.name;
  const scenario = task.scenario.name;
  const system = systemOf(shops, strategy, task.scenario, fault);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  let shownAt = 0;
  const exploration = await explore(system, {
    limit,
    untilWrong,
    preemptions,
    faults: faultCount,
    signal,
    executionSignal,
    onProgress({ orders, wrong, preemptions: bound }) {
      if (seconds() * 1_000 - shownAt < PROGRESS_EVERY_MS) return;
      shownAt = seconds() * 1_000;
      const rate = Math.round(orders / seconds());
      const cell = [strategy, scenario, ...(fault ? [fault.name] : [])].join(", ");
      const line = `${cell}: ${orders} orders, ${wrong} wrong, ${rate}/s, ${bound} preemptions`;
      process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
    },
  });
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  const { counterexample } = exploration;
  const cell = {
    strategy,
    safe: survives(task.strategy, fault),
    scenario,
    ...(fault && { fault: fault.name }),
    extent: extentOf(exploration),
    seconds: seconds(),
    exploration,
  };
  if (!counterexample) return cell;
  const { schedule } = counterexample;
  const notDeterministic = await repeat(system, schedule, REPLAYS, executionOptions);
  if (notDeterministic) return { ...cell, exploration: { ...exploration, notDeterministic } };
  return { ...cell, replays: REPLAYS, told: await tell(shops, task, schedule) };
}

const boundOf = ({ scenario: { preemptions, preemptionsWithFaults }, fault }: Task): number | undefined =>
  (fault && preemptionsWithFaults) ?? preemptions;

/** Repeats the schedule, this time with the stores' values beside each step. */
async function tell(shops: ExploredShops, { strategy, scenario, fault }: Task, schedule: string): Promise<string> {
  const options = { ...executionOptions(), withValues: true };
  const execution = await replay(systemOf(shops, strategy.name, scenario, fault), schedule, options);
  const counterexample: Counterexample = { ...execution, schedule: scheduleOf(execution) };
  const names = Object.fromEntries(scenario.processes.map((name, at) => [String.fromCharCode(65 + at), name]));
  return tellCounterexample(counterexample, names);
}

async function replayOne(shops: ExploredShops, task: Task, schedule: string): Promise<number> {
  const system = systemOf(shops, task.strategy.name, task.scenario, task.fault);
  const execution = await replay(system, schedule, executionOptions());
  console.log(await tell(shops, task, schedule));
  console.log(execution.wrong.length === 0 ? "Right in this order." : "Wrong in this order.");
  return execution.wrong.length === 0 ? 0 : 1;
}

function print({ strategy, scenario, fault, extent, seconds, exploration, replays, told }: Cell): void {
  const { wrong, deadlocked, orders, notDeterministic } = exploration;
  const deadlocks = deadlocked > 0 ? `, ${deadlocked} with a deadlock` : "";
  const rate = `${seconds.toFixed(1)} s, ${Math.round(orders / seconds)} orders/s`;
  const name = [strategy.padEnd(24), scenario.padEnd(20), ...(fault ? [fault.padEnd(18)] : [])].join("");
  console.log(`${name}${wrong} wrong of ${extent}${deadlocks} (${rate})`);
  if (told) console.log(`\n${told}\nReplayed ${replays} times with the same steps and the same verdict.\n`);
  if (notDeterministic) {
    const { schedule, expected, actual } = notDeterministic;
    console.log(`Not deterministic here, after ${schedule || "the start"}:`);
    console.log(["at first:", ...expected, "then:", ...actual].map((line) => `  ${line}`).join("\n"));
  }
}

function printNotExplored(): void {
  for (const strategy of strategyCatalogue) {
    if (!isExplored(strategy)) console.log(`${strategy.name.padEnd(24)}not explored: ZooKeeper's session has no steps`);
  }
}

function asJson({ exploration, told: _, ...cell }: Cell) {
  const { counterexample, ...counts } = exploration;
  if (!counterexample) return { ...cell, ...counts };
  const { schedule, preemptions, faults, steps, wrong } = counterexample;
  return { ...cell, ...counts, counterexample: { schedule, faults, preemptions, wrong, steps } };
}
