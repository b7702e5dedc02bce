/** What another process can notice: a flight to a store, an answer, a message. */
export interface Step<T = unknown> {
  /** What the step does, in a few words. Read when the step is taken, so it may be completed until then. */
  readonly name: string;
  /**
   * The rows, keys or nodes that the step reads or writes. Two steps of different processes that share none are
   * independent: their order makes no difference. Default: everything.
   */
  readonly touches?: readonly string[];
  /**
   * Whether the step changed anything that another process can read; default yes. A process that changed nothing and then
   * waits for a timer is polling: it goes on only after another process has taken a step.
   */
  changed?(value: T): boolean;
  /** The result in a few words. It must be equal whenever the same schedule is repeated: no times, no generated keys. */
  tell?(result: Result<T>): string;
  /** Ways in which the step itself can fail. Each is performed instead of the step, as a choice of the explorer. */
  readonly faults?: readonly Fault<T>[];
}

/** Something that goes wrong at a moment that the explorer chooses. */
export interface Fault<T = unknown> {
  /** One lower-case letter: the fault's name in schedules. */
  readonly letter: string;
  /** What happens, in a few words. It must be equal whenever the same schedule is repeated. */
  readonly name: string;
  perform(): T | Promise<T>;
}

/** A fault that is no step of a process. It may happen before any step. */
export interface RunFault extends Fault {
  /** The process that it strikes; absent if it strikes none in particular. */
  readonly process?: string;
  /** The process never goes on, and gives nothing back: what it holds is for `perform` to end. */
  readonly isCrash?: boolean;
}

export type Result<T = unknown> = { readonly value: T } | { readonly error: unknown };

/** The time and the timers of the code under exploration. Time passes only when the explorer lets a timer fire. */
export interface VirtualClock {
  /** Milliseconds since the execution began. */
  now(): number;
  /** Calls back once, not before `ms` milliseconds have passed, unless cancelled by calling what it returns. */
  after(ms: number, callBack: () => void): () => void;
}

/** The handle by which the code under exploration stops at each of its steps. */
export interface Process {
  /** One letter: A, B, C … */
  readonly name: string;
  readonly clock: VirtualClock;
  /** Waits until the explorer lets this process go on, and then performs the step. */
  step<T>(step: Step<NoInfer<T>>, perform: () => T | Promise<T>): Promise<T>;
  /** Adds a remark to the latest step, for example the checkpoint that the code has reached. */
  remark(text: string): void;
  /** Reports that the store has ended a deadlock: each process waited for the next one, and the last one for the first. */
  deadlock(cycle: readonly string[]): void;
  /** Makes the explorer ask `blockedBy` again. Call it when this process has begun or ceased to wait for another one. */
  recheck(): void;
}

/** How an execution ended, for the judge. */
export interface Ending {
  /** The results of the processes, by their names. A process that is stuck has none. */
  readonly results: Readonly<Record<string, Result>>;
  /** The processes that can never go on. */
  readonly stuck: readonly string[];
  /** The processes that a fault has ended. They have no result. */
  readonly crashed: readonly string[];
  /** How many faults have happened. */
  readonly faults: number;
  readonly deadlocks: readonly Deadlock[];
}

/** Processes that wait for each other. PostgreSQL ends one of them; others are stuck. */
export interface Deadlock {
  /** Each waits for the next one, and the last one for the first. */
  readonly cycle: readonly string[];
  /** The number of steps after which it was there. */
  readonly afterStep: number;
}

/** One execution of the system: fresh processes over fresh data. */
export interface Run {
  readonly processes: readonly ((process: Process) => Promise<unknown>)[];
  /**
   * The names of the processes for which this one waits; empty if it is not blocked. Asked for a process that has not
   * reached its next step. Must be an observation, never a guess by time.
   */
  blockedBy?(name: string): readonly string[] | Promise<readonly string[]>;
  /**
   * Called before each step. Of the processes that are blocked, only the first one may go on when the step frees them: two
   * that go on at the same moment would race.
   */
  holdBack?(): void | Promise<void>;
  /** Lets the next process go on that was held back. @returns false if there is none. */
  letNextGo?(): boolean | Promise<boolean>;
  /**
   * The faults that may happen now. Asked before each step, with the processes that are about to take one; it may depend on
   * nothing but the steps that were taken.
   */
  faults?(beforeStep: readonly string[]): readonly RunFault[];
  /** Says what is wrong, in a sentence each; empty if everything is right. */
  judge(ending: Ending): readonly string[] | Promise<readonly string[]>;
  /** The stores' values, to be shown beside each step of a replay. Must change nothing. */
  values?(): Record<string, string> | Promise<Record<string, string>>;
  /** Called at the end of each execution, also of one that got stuck. */
  end?(): void | Promise<void>;
}

/** The system under exploration. Every call begins a new execution, which no earlier one may influence. */
export type System = () => Run | Promise<Run>;
