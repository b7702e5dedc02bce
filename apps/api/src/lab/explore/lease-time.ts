import type { Clock } from "@last-unit/locks";

interface Timer {
  readonly dueMs: number;
  readonly callBack: () => void;
}

/** The time by which leases are measured. It stands still until a scenario lets a lease grow old. */
export class LeaseTime implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();

  readonly now = (): number => this.#nowMs;

  readonly after = (ms: number, callBack: () => void): (() => void) => {
    const timer = { dueMs: this.#nowMs + ms, callBack };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** Lets the earliest timer fire, if there is one. */
  passToNextTimer(): void {
    const [next] = [...this.#timers].sort((a, b) => a.dueMs - b.dueMs);
    if (!next) return;
    this.#timers.delete(next);
    this.#nowMs = next.dueMs;
    next.callBack();
  }

  /** Forgets the timers of an execution that has ended. */
  clear(): void {
    this.#timers.clear();
  }
}
