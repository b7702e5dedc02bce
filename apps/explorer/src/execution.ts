import type { Choices, Choose } from "./choices.ts";
import { ControlledProcess, type TakenStep } from "./controlled-process.ts";
import { happen, type PossibleFault, possibleFaults } from "./faults.ts";
import type { Deadlock, Ending, Fault, Run, RunFault, System } from "./process.ts";
import { Time } from "./virtual-clock.ts";
import { cycleFrom, tellStuck } from "./waits.ts";

/** One order of steps, and what came of it. */
export interface Execution {
  readonly steps: readonly TakenStep[];
  readonly preemptions: number;
  /** How many of the steps are faults. */
  readonly faults: number;
  readonly deadlocks: readonly Deadlock[];
  readonly ending: Ending;
  /** What is wrong, in a sentence each. */
  readonly wrong: readonly string[];
}

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
      const faults = isExplored ? possibleFaults(this.#run, this.#processes) : new Map<string, PossibleFault>();
      const choices = this.#choices(last, enabled, faults);
      const chosen = isExplored ? choose(choices, this.#steps) : choices.enabled[0];
      if (chosen === undefined) {
        isExplored = false;
        continue;
      }
      if (choices.isPreemption(chosen)) this.#preemptions += 1;
      const fault = faults.get(chosen);
      if (fault && "between" in fault) {
        await this.#fail(fault, choices.enabled);
        // A process that has been struck may be interrupted: that is no choice of its own.
        if (fault.process === last) last = undefined;
      } else {
        last = fault?.process ?? this.#find(chosen);
        await this.#take(last, choices.enabled, fault?.instead);
      }
    }
    const execution = isExplored ? await this.#judge() : undefined;
    for (const process of this.#processes) process.abandon();
    return execution;
  }

  #choices(
    last: ControlledProcess | undefined,
    enabled: readonly ControlledProcess[],
    faults: ReadonlyMap<string, PossibleFault>,
  ): Choices {
    const stepOf = (choice: string) => {
      const fault = faults.get(choice);
      return fault ? "instead" in fault && fault.process.name : choice;
    };
    return {
      last: last?.name,
      enabled: enabled.map(({ name }) => name),
      faults: [...faults.keys()],
      isPreemption: (choice) => last?.hasStep === true && stepOf(choice) !== last.name && stepOf(choice) !== false,
      touchesOf: (name) => this.#find(name).next?.touches,
    };
  }

  async #take(process: ControlledProcess, choices: readonly string[], fault?: Fault): Promise<void> {
    await this.#run.holdBack?.();
    const step = process.go(choices, fault);
    this.#steps.push(step);
    for (const other of this.#processes) if (other !== process) other.isIdle = false;
    await this.#settle(process, step);
    step.couldGoOn = process.hasStep;
    if (process.blockers.length > 0) step.blockedBy = process.blockers;
    await this.#readValues(step);
  }

  async #fail(fault: PossibleFault & { between: RunFault }, choices: readonly string[]): Promise<void> {
    await this.#run.holdBack?.();
    const step = await happen(fault.between, fault.process, choices);
    this.#steps.push(step);
    for (const process of this.#processes) process.isIdle = false;
    await this.#settle();
    await this.#readValues(step);
  }

  async #readValues(step: TakenStep): Promise<void> {
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
    const cycle = cycleFrom(this.#processes, mover.name);
    if (cycle) this.#deadlocks.push({ cycle, afterStep: this.#steps.length });
  }

  async #judge(): Promise<Execution> {
    const stuck = this.#processes.filter((process) => !process.hasEnded).map(({ name }) => name);
    const crashed = this.#processes.filter(({ hasCrashed }) => hasCrashed).map(({ name }) => name);
    const results = Object.fromEntries(
      this.#processes.flatMap(({ name, result }) => (result ? [[name, result] as const] : [])),
    );
    const [steps, preemptions, deadlocks] = [this.#steps, this.#preemptions, this.#deadlocks];
    const faults = steps.filter(({ fault }) => fault !== undefined).length;
    const ending = { results, stuck, crashed, faults, deadlocks };
    const wrong = [...(await this.#run.judge(ending))];
    if (stuck.length > 0) wrong.push(tellStuck(this.#processes, stuck, steps.length));
    return { steps, preemptions, faults, deadlocks, ending, wrong };
  }
}
