import type { Fault, Process, Result, Step } from "./process.ts";
import { signOf } from "./schedule.ts";
import { earliest, type Time, type Timer } from "./virtual-clock.ts";

/** A step that a process has taken, or a fault. */
export interface TakenStep {
  /** Empty for a fault that strikes no process in particular. */
  readonly process: string;
  /** The fault's name in schedules, such as `pA`. Absent if nothing went wrong. */
  readonly fault?: string;
  readonly name: string;
  /** The processes that could have taken this step's place. */
  readonly choices: readonly string[];
  /** Checkpoints and other remarks of the code, until its next step. */
  readonly remarks: string[];
  /** The result; absent while the step is blocked. */
  outcome?: string;
  /** The processes for which it had to wait. */
  blockedBy?: readonly string[];
  /** Whether the process could have taken another step directly afterwards. */
  couldGoOn: boolean;
  /** The stores' values after the step, in a replay. */
  values?: Record<string, string>;
}

class ExecutionIsOver extends Error {
  override readonly name = "ExecutionIsOver";
}

interface PendingStep {
  readonly step: Step;
  perform(): unknown;
  deliver(result: Result): void;
}

/** A process that stops at each step until `go` is called. */
export class ControlledProcess implements Process {
  readonly name: string;
  readonly clock;
  readonly timers = new Set<Timer>();
  /** Whether the latest step changed nothing, and no other process has taken a step since. */
  isIdle = false;
  /** The result of the whole process. */
  result: Result | undefined;
  /** For whom it waits, as last observed. */
  blockers: readonly string[] = [];
  readonly #pending: PendingStep[] = [];
  readonly #changed: () => void;
  readonly #time: Time;
  readonly #onDeadlock: (cycle: readonly string[]) => void;
  #hasBegun = false;
  #performing: TakenStep | undefined;
  #latest: TakenStep | undefined;
  #isAbandoned = false;
  #hasCrashed = false;

  constructor(name: string, time: Time, changed: () => void, onDeadlock: (cycle: readonly string[]) => void) {
    this.name = name;
    this.#onDeadlock = onDeadlock;
    this.#time = time;
    this.#changed = changed;
    this.clock = time.clock(this.timers, changed);
  }

  start(body: (process: Process) => Promise<unknown>): void {
    const end = (result: Result) => {
      this.result = result;
      this.#changed();
    };
    this.#hasBegun = true;
    body(this).then(
      (value) => end({ value }),
      (error: unknown) => end({ error }),
    );
  }

  step<T>(step: Step<NoInfer<T>>, perform: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#isAbandoned) return reject(new ExecutionIsOver());
      this.#pending.push({
        step: step as Step,
        perform,
        deliver: (result) => ("error" in result ? reject(result.error) : resolve(result.value as T)),
      });
      this.#changed();
    });
  }

  remark(text: string): void {
    this.#latest?.remarks.push(text);
  }

  deadlock(cycle: readonly string[]): void {
    this.#onDeadlock(cycle);
  }

  recheck(): void {
    this.#changed();
  }

  /** Lets the steps fail that nobody will take any more, so that the code gives back what it holds. */
  abandon(): void {
    this.#isAbandoned = true;
    const pending = this.#pending.splice(0);
    // One that has crashed does not go on even then.
    if (this.#hasCrashed) return;
    for (const { deliver } of pending) deliver({ error: new ExecutionIsOver() });
  }

  /** Ends it where it is: it takes no step and lets no timer fire any more. */
  crash(): void {
    this.#hasCrashed = true;
  }

  get hasCrashed(): boolean {
    return this.#hasCrashed;
  }

  get hasStep(): boolean {
    return !this.#hasCrashed && !this.#performing && this.#pending.length > 0;
  }

  /** The step that it takes next; undefined for a timer. */
  get next(): Step | undefined {
    return this.#pending[0]?.step;
  }

  /** Whether it does nothing but wait for a timer. */
  get waitsForTimer(): boolean {
    if (this.#hasCrashed || this.#performing || this.result) return false;
    return this.#pending.length === 0 && this.timers.size > 0;
  }

  get hasEnded(): boolean {
    if (this.#hasCrashed) return true;
    return !this.#performing && this.#pending.length === 0 && this.result !== undefined;
  }

  /** Whether it cannot proceed until the explorer lets it. Otherwise it computes, waits for an answer, or is blocked. */
  get isStopped(): boolean {
    return !this.#hasBegun || this.hasStep || this.hasEnded || this.waitsForTimer;
  }

  /**
   * Takes the next step, or lets the earliest timer fire. The step may not have ended when this returns.
   *
   * @param fault performed instead of the step
   */
  go(choices: readonly string[], fault?: Fault): TakenStep {
    const pending = this.#performing ? undefined : this.#pending.shift();
    if (pending) return this.#perform(pending, choices, fault);
    const timer = earliest(this.timers);
    if (!timer) throw new Error(`Process ${this.name} has no step to take.`);
    const taken = this.#take("timer", choices);
    taken.outcome = "fired";
    this.#time.fire(this.timers, timer);
    return taken;
  }

  #perform({ step, perform, deliver }: PendingStep, choices: readonly string[], fault?: Fault): TakenStep {
    const taken = this.#take(step.name, choices, fault && signOf(fault, this.name));
    this.#performing = taken;
    void resultOf(fault ? () => fault.perform() : perform).then((result) => {
      this.#performing = undefined;
      this.isIdle = !fault && "value" in result && step.changed?.(result.value) === false;
      taken.outcome = fault?.name ?? step.tell?.(result) ?? ("error" in result ? String(result.error) : "done");
      deliver(result);
      this.#changed();
    });
    return taken;
  }

  #take(name: string, choices: readonly string[], fault?: string): TakenStep {
    const taken: TakenStep = { process: this.name, name, fault, choices, remarks: [], couldGoOn: false };
    this.#latest = taken;
    return taken;
  }
}

async function resultOf(perform: () => unknown): Promise<Result> {
  try {
    return { value: await perform() };
  } catch (error) {
    return { error };
  }
}
