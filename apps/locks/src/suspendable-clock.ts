import { type Clock, systemClock } from "./clock.ts";

/**
 * A clock that can be stopped together with all its timers. It is what a process sees while its machine is suspended or
 * moved to another host: Linux's monotonic clock does not count the pause, so the process cannot notice it.
 */
export interface SuspendableClock extends Clock {
  suspend(): void;
  resume(): void;
}

interface Timer {
  due: number;
  callBack: () => void;
  options?: { unref?: boolean };
  disarm: () => void;
}

export function suspendableClock(): SuspendableClock {
  const timers = new Set<Timer>();
  let lostMs = 0;
  let suspendedAt: number | undefined;
  const now = () => (suspendedAt ?? systemClock.now()) - lostMs;

  function arm(timer: Timer): void {
    const fire = () => {
      timers.delete(timer);
      timer.callBack();
    };
    timer.disarm = systemClock.after(timer.due - now(), fire, timer.options);
  }

  return {
    now,
    after(ms, callBack, options) {
      const timer: Timer = { due: now() + ms, callBack, options, disarm: () => {} };
      timers.add(timer);
      if (suspendedAt === undefined) arm(timer);
      return () => {
        timers.delete(timer);
        timer.disarm();
      };
    },
    suspend() {
      if (suspendedAt !== undefined) return;
      suspendedAt = systemClock.now();
      for (const timer of timers) timer.disarm();
    },
    resume() {
      if (suspendedAt === undefined) return;
      lostMs += systemClock.now() - suspendedAt;
      suspendedAt = undefined;
      for (const timer of timers) arm(timer);
    },
  };
}
