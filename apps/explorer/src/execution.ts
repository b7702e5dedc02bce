import { ControlledProcess, type TakenStep } from "./controlled-process.ts";
import type { Deadlock, Ending, Run, System } from "./process.ts";
import { Time } from "./virtual-clock.ts";

/** One order of steps, and what came of it. */
export interface Execution {
  readonly steps: readonly TakenStep[];
  readonly preemptions: number;
  readonly deadlocks: readonly Deadlock[];
  readonly ending: Ending;
  /** What is wrong, in a sentence each. */
  readonly wrong: readonly string[];
}

/** The processes among which to choose, before a step. */
export interface Choices {
  /** The process that took the latest step. */
  readonly last: string | undefined;
  /** The processes that can take a step now, without preemption first. */
  readonly enabled: readonly string[];
  /** Whether choosing this process interrupts one that could go on. */
  isPreemption(process: string): boolean;
  touchesOf(process: string): readonly string[] | undefined;
}

/**
 * Decides who takes the next step. `undefined` ends the exploration of this execution: it is completed in any order and not
 * judged.
 */
export type Choose = (choices: Choices, taken: readonly TakenStep[]) => string | undefined;

export interface ExecutionOptions {
  /** Ends an execution that takes more steps. */
  maxSteps?: number;
  /** Aborted when an execution takes too long, which means that a process waits for something that is no step. */
  signal?: AbortSignal;
  /** Reads the stores' values after each step. */
  withValues?: boolean;
}

/** A process waits for something that is neither a step nor a timer nor another process. */
export class ExecutionHangs extends Error {
  override readonly name = "ExecutionHangs";
}

const MAX_STEPS = 400;
/** A process that has a timer is looked at again so many turns of the event loop later: it may be about to take a step. */
const TURNS_UNTIL_QUIET = 2;

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/** Performs one execution. @returns undefined if `choose` ended it. */
export async function execute(
  system: System,
  choose: Choose,
  options: ExecutionOptions = {},
): Promise<Execution | undefined> {
  const run = await system();
  try {
    return await new Conductor(run, options).conduct(choose);
  } finally {
    await run.end?.();
  }
}

class Conductor {
  readonly #run: Run;
  readonly #options: ExecutionOptions;
  readonly #time = new Time();
  readonly #processes: readonly ControlledProcess[];
  readonly #steps: TakenStep[] = [];
  readonly #deadlocks: Deadlock[] = [];
  #preemptions = 0;
  /** Incremented by each event of a process. */
  #events = 0;
  #wake = () => {};

  constructor(run: Run, options: ExecutionOptions) {
    this.#run = run;
    this.#options = options;
    const changed = () => {
      this.#events += 1;
      this.#wake();
    };
    const onDeadlock = (cycle: readonly string[]) =>
      void this.#deadlocks.push({ cycle, afterStep: this.#steps.length });
    this.#processes = run.processes.map(
      (_, index) => new ControlledProcess(LETTERS[index] as string, this.#time, changed, onDeadlock),
    );
  }

  async conduct(choose: Choose): Promise<Execution | undefined> {
    // One after another, so that each has arrived at its first step before the next one begins.
    for (const [index, body] of this.#run.processes.entries()) {
      this.#processes[index]?.start(body);
      await this.#settle();
    }
    let isExplored = true;
    let last: ControlledProcess | undefined;
    const maxSteps = this.#options.maxSteps ?? MAX_STEPS;
    for (;;) {
      const enabled = this.#enabled(last);
      if (enabled.length === 0 || this.#steps.length >= maxSteps) break;
      const choices: Choices = {
        last: last?.name,
        enabled: enabled.map(({ name }) => name),
        isPreemption: (name) => last?.hasStep === true && name !== last.name,
        touchesOf: (name) => this.#find(name).next?.touches,
      };
      const chosen = isExplored ? choose(choices, this.#steps) : choices.enabled[0];
      if (chosen === undefined) {
        isExplored = false;
        continue;
      }
      if (choices.isPreemption(chosen)) this.#preemptions += 1;
      last = this.#find(chosen);
      await this.#take(last, choices.enabled);
    }
    const execution = isExplored ? await this.#judge() : undefined;
    for (const process of this.#processes) process.abandon();
    return execution;
  }

  async #take(process: ControlledProcess, choices: readonly string[]): Promise<void> {
    await this.#run.holdBack?.();
    const step = process.go(choices);
    this.#steps.push(step);
    for (const other of this.#processes) if (other !== process) other.isIdle = false;
    await this.#settle(process, step);
    step.couldGoOn = process.hasStep;
    if (process.blockers.length > 0) step.blockedBy = process.blockers;
    if (this.#options.withValues) step.values = await this.#run.values?.();
  }

  #find(name: string): ControlledProcess {
    const process = this.#processes.find((candidate) => candidate.name === name);
    if (!process) throw new Error(`There is no process ${name}.`);
    return process;
  }

  /** The processes that can take a step, the one that goes on without preemption first. */
  #enabled(last: ControlledProcess | undefined): ControlledProcess[] {
    const withStep = this.#processes.filter((process) => process.hasStep);
    const others = withStep.filter((process) => process !== last);
    const ready = last?.hasStep ? [last, ...others] : others;
    const withTimer = this.#processes.filter((process) => process.waitsForTimer);
    const enabled = [...ready, ...withTimer.filter((process) => !process.isIdle)];
    if (enabled.length > 0) return enabled;
    // Nobody can go on until time passes: for the one that has waited longest. Not for the one whose timer is due first,
    // because delays are often random, and every repetition must take the same steps.
    const lastStepOf = ({ name }: ControlledProcess) => this.#steps.findLastIndex(({ process }) => process === name);
    const waiting = this.#processes.filter((process) => !process.hasEnded && process.timers.size > 0);
    return waiting.sort((a, b) => lastStepOf(a) - lastStepOf(b)).slice(0, 1);
  }

  /** Waits until every process has stopped or is blocked by those that have. */
  async #settle(mover?: ControlledProcess, step?: TakenStep): Promise<void> {
    let quietTurns = 0;
    for (;;) {
      const seen = this.#events;
      await new Promise<void>((resolve) => setImmediate(resolve));
      const mayBeAboutToStep = this.#processes.some((process) => process.waitsForTimer);
      quietTurns = seen === this.#events ? quietTurns + 1 : 0;
      if (quietTurns < (mayBeAboutToStep ? TURNS_UNTIL_QUIET : 1)) continue;

      const open = this.#processes.filter((process) => !process.isStopped);
      for (const process of this.#processes) {
        process.blockers = open.includes(process) ? ((await this.#run.blockedBy?.(process.name)) ?? []) : [];
      }
      if (seen !== this.#events) continue;
      const running = new Set(open.filter(({ blockers }) => blockers.length === 0).map(({ name }) => name));
      const isBlockedForNow = open.every(
        ({ blockers }) => blockers.length > 0 && blockers.every((name) => !running.has(name)),
      );
      if (isBlockedForNow) {
        if (await this.#run.letNextGo?.()) continue;
        this.#recordDeadlock(mover, step);
        return;
      }
      await this.#nextEvent(seen, running);
    }
  }

  async #nextEvent(seen: number, running: ReadonlySet<string>): Promise<void> {
    const { signal } = this.#options;
    const hangs = () => {
      const latest = this.#steps.at(-1);
      const where = latest
        ? `After step ${this.#steps.length} (${latest.process} ${latest.name})`
        : "Before the first step";
      const who = [...running].join(" or ");
      return new ExecutionHangs(`${where}, process ${who} waits for something that is no step.`);
    };
    if (signal?.aborted) throw hangs();
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => reject(hangs());
      this.#wake = () => {
        signal?.removeEventListener("abort", onAbort);
        this.#wake = () => {};
        resolve();
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      if (this.#events !== seen) this.#wake();
    });
  }

  #recordDeadlock(mover: ControlledProcess | undefined, step: TakenStep | undefined): void {
    if (!mover || !step || this.#deadlocks.some(({ afterStep }) => afterStep === this.#steps.length)) return;
    const cycle = this.#cycleFrom(mover.name, []);
    if (cycle) this.#deadlocks.push({ cycle, afterStep: this.#steps.length });
  }

  #cycleFrom(name: string, path: readonly string[]): readonly string[] | undefined {
    if (path.includes(name)) return path.slice(path.indexOf(name));
    const blockers = this.#processes.find((process) => process.name === name)?.blockers ?? [];
    for (const blocker of blockers) {
      const cycle = this.#cycleFrom(blocker, [...path, name]);
      if (cycle) return cycle;
    }
    return undefined;
  }

  async #judge(): Promise<Execution> {
    const stuck = this.#processes.filter((process) => !process.hasEnded).map(({ name }) => name);
    const results = Object.fromEntries(
      this.#processes.flatMap(({ name, result }) => (result ? [[name, result] as const] : [])),
    );
    const ending = { results, stuck, deadlocks: this.#deadlocks };
    const wrong = [...(await this.#run.judge(ending))];
    if (stuck.length > 0) wrong.push(this.#tellStuck(stuck));
    return { steps: this.#steps, preemptions: this.#preemptions, deadlocks: this.#deadlocks, ending, wrong };
  }

  #tellStuck(stuck: readonly string[]): string {
    const waits = this.#processes
      .filter(({ blockers }) => blockers.length > 0)
      .map(({ name, blockers }) => `${name} waits for ${blockers.join(" and ")}`);
    if (waits.length > 0) return `Stuck: ${waits.join(", ")}.`;
    return `${stuck.join(" and ")} did not end within ${this.#steps.length} steps.`;
  }
}
