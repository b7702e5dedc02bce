import { type Exploration, explore, extentOf, InvalidSchedule, replay, scheduleOf } from "@last-unit/explorer";
import type { ExploredShops } from "./explored-shops.ts";
import type { Options, Task } from "./options.ts";
import { systemOf } from "./system.ts";

const TELL_EVERY_MS = 100;
/** A page waits no longer. */
const LONGEST_MS = 120_000;
const EXECUTION_BOUND_MS = 60_000;
const executionSignal = () => AbortSignal.timeout(EXECUTION_BOUND_MS);

/**
 * Explores one cell, or replays one schedule of it, and tells the lab's page what happens, a line of JSON each:
 *
 * - `orders`: what has been explored since the last line (`cells`: a letter for each order, `.` right, `x` wrong), and so far.
 * - `found`: a schedule with its steps, the stores' values and what is wrong: the smallest wrong one, or the one that was
 *   asked for.
 * - `done` or `failed` is the last one.
 */
export async function exploreLive(
  shops: ExploredShops,
  task: Task,
  { limit, preemptions = task.scenario.preemptions, faultCount: faults, replay: schedule }: Options,
  signal: AbortSignal,
): Promise<number> {
  try {
    if (schedule !== undefined) {
      tell({ type: "found", ...(await replayWithValues(shops, task, schedule)) });
      tell({ type: "done" });
      return 0;
    }
    const exploration = await exploreTold(shops, task, { limit, preemptions, faults, signal });
    const { counterexample, notDeterministic } = exploration;
    if (notDeterministic) {
      const after = notDeterministic.schedule || "the start";
      throw new InvalidSchedule(`The same order of steps has led to different steps, after ${after}.`);
    }
    if (counterexample) tell({ type: "found", ...(await replayWithValues(shops, task, counterexample.schedule)) });
    tell({ type: "done", extent: extentOf(exploration), stoppedBy: exploration.stoppedBy });
    return 0;
  } catch (error) {
    if (!(error instanceof InvalidSchedule)) throw error;
    tell({ type: "failed", detail: error.message });
    return 2;
  }
}

async function exploreTold(
  shops: ExploredShops,
  { strategy, scenario, fault }: Task,
  bounds: { limit: number; preemptions: number | undefined; faults: number; signal: AbortSignal },
): Promise<Exploration> {
  const began = performance.now();
  let [cells, told, wrongBefore] = ["", { orders: 0, wrong: 0, preemptions: 0 }, 0];
  const tellOrders = () => {
    const seconds = (performance.now() - began) / 1_000;
    tell({ type: "orders", cells, ...told, seconds: Number(seconds.toFixed(2)) });
    cells = "";
  };
  const timer = setInterval(() => cells !== "" && tellOrders(), TELL_EVERY_MS);
  try {
    return await explore(systemOf(shops, strategy.name, scenario, fault), {
      ...bounds,
      signal: AbortSignal.any([bounds.signal, AbortSignal.timeout(LONGEST_MS)]),
      executionSignal,
      onProgress(progress) {
        cells += progress.wrong > wrongBefore ? "x" : ".";
        wrongBefore = progress.wrong;
        told = progress;
      },
    });
  } finally {
    clearInterval(timer);
    tellOrders();
  }
}

/** Repeats the schedule, with the stores' values beside each step. */
async function replayWithValues(shops: ExploredShops, { strategy, scenario, fault }: Task, schedule: string) {
  const system = systemOf(shops, strategy.name, scenario, fault);
  const execution = await replay(system, schedule, { signal: executionSignal(), withValues: true });
  const { steps, wrong, deadlocks, preemptions } = execution;
  const processes = scenario.processes.map((name, at) => ({ letter: String.fromCharCode(65 + at), name }));
  return { schedule: scheduleOf(execution), steps, wrong, deadlocks, preemptions, processes };
}

const tell = (line: object) => console.log(JSON.stringify(line));
