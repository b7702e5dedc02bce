import type { Ending, Process, Run, System } from "../src/index.ts";

/** Memory that is read and written in steps. A step touches the cell that it names. */
export class Memory {
  readonly cells: Record<string, number>;

  constructor(cells: Record<string, number>) {
    this.cells = { ...cells };
  }

  read(process: Process, cell: string): Promise<number> {
    return process.step(
      { name: `read ${cell}`, touches: [cell], changed: () => false, tell: tellValue },
      () => this.cells[cell] ?? 0,
    );
  }

  write(process: Process, cell: string, value: number): Promise<number> {
    return process.step({ name: `write ${cell}`, touches: [cell], tell: tellValue }, () => {
      this.cells[cell] = value;
      return value;
    });
  }
}

const tellValue = (result: { value: unknown } | { error: unknown }) =>
  "value" in result ? String(result.value) : String(result.error);

/** A lock whose waiters are blocked, first come, first served. */
export class Mutex {
  readonly name: string;
  #holder: string | undefined;
  readonly #queue: { name: string; enter: () => void }[] = [];

  constructor(name: string) {
    this.name = name;
  }

  lock(process: Process): Promise<void> {
    return process.step({ name: `lock ${this.name}`, touches: [this.name], tell: () => "locked" }, () => {
      if (this.#holder === undefined) {
        this.#holder = process.name;
        return undefined;
      }
      return new Promise<void>((resolve) => {
        this.#queue.push({ name: process.name, enter: resolve });
        process.recheck();
      });
    });
  }

  unlock(process: Process): Promise<void> {
    return process.step({ name: `unlock ${this.name}`, touches: [this.name], tell: () => "unlocked" }, () => {
      this.#handOn();
    });
  }

  /** Gives it back for a process that cannot do so itself. */
  releaseOf(name: string): void {
    if (this.#holder === name) this.#handOn();
  }

  #handOn(): void {
    const next = this.#queue.shift();
    this.#holder = next?.name;
    next?.enter();
  }

  tryLock(process: Process): Promise<boolean> {
    const step = { name: `try ${this.name}`, touches: [this.name], changed: Boolean, tell: tellValue };
    return process.step(step, () => {
      if (this.#holder !== undefined) return false;
      this.#holder = process.name;
      return true;
    });
  }

  blockedBy(name: string): readonly string[] {
    return this.#holder && this.#queue.some((waiter) => waiter.name === name) ? [this.#holder] : [];
  }
}

export const blockedByAny = (mutexes: readonly Mutex[]) => (name: string) =>
  mutexes.flatMap((mutex) => mutex.blockedBy(name));

/** `count` processes that each add one to x, without a lock. */
export const incrementers =
  (count: number): System =>
  () => {
    const memory = new Memory({ x: 0 });
    const increment = async (process: Process) => {
      const value = await memory.read(process, "x");
      await memory.write(process, "x", value + 1);
    };
    return judged(
      Array.from({ length: count }, () => increment),
      () => (memory.cells.x === count ? [] : [`x is ${memory.cells.x}, not ${count}: an update was lost.`]),
    );
  };

export const judged = (
  processes: Run["processes"],
  judge: (ending: Ending) => readonly string[],
  rest: Partial<Run> = {},
): Run => ({ processes, judge, ...rest });
