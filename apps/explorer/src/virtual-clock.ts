import type { VirtualClock } from "./process.ts";

export interface Timer {
  readonly dueMs: number;
  readonly callBack: () => void;
}

/** The time of one execution, shared by its processes. */
export class Time {
  nowMs = 0;

  /** A clock whose timers are kept in `timers` until the explorer lets them fire. */
  clock(timers: Set<Timer>, changed: () => void): VirtualClock {
    return {
      now: () => this.nowMs,
      after: (ms, callBack) => {
        const timer = { dueMs: this.nowMs + Math.max(0, ms), callBack };
        timers.add(timer);
        changed();
        return () => {
          timers.delete(timer);
        };
      },
    };
  }

  fire(timers: Set<Timer>, timer: Timer): void {
    timers.delete(timer);
    // A timer never fires early, but may fire late.
    this.nowMs = Math.max(this.nowMs, timer.dueMs);
    timer.callBack();
  }
}

/** The timer that is due first; of those due at the same time, the one that was set first. */
export function earliest(timers: Iterable<Timer>): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers) if (!first || timer.dueMs < first.dueMs) first = timer;
  return first;
}
