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
    // The timer of a lease without an end never fires.
    if (!next || next.dueMs === Number.POSITIVE_INFINITY) return;
    this.#timers.delete(next);
    // After a pause it fires late.
    this.#nowMs = Math.max(this.#nowMs, next.dueMs);
    next.callBack();
  }

  /** So much time passes while the process is paused: its timers have not fired yet. */
  passInPause(ms: number): void {
    this.#nowMs += ms;
  }

  /** So much time passes for a process that does nothing but wait. Its timers fire. */
  passWaiting(ms: number): void {
    this.#nowMs += ms;
    for (const timer of [...this.#timers]) {
      if (timer.dueMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.callBack();
    }
  }

  /** Forgets the timers of an execution that has ended. */
  clear(): void {
    this.#timers.clear();
  }
}
