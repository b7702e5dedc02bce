import { type Clock, systemClock } from "./clock.ts";

/**
 * A clock that can be stopped, with everything that waits for it: what a process knows of time while its machine is
 * suspended or moved to another host. Linux's monotonic clock does not count such a pause, so the process cannot tell.
 */
export interface SuspendableClock extends Clock {
  suspend(): void;
  resume(): void;
}

export function suspendableClock(): SuspendableClock {
  const timers = new Set<{ due: number; callBack: () => void; disarm: () => void }>();
  let lostMs = 0;
  let suspendedAt: number | undefined;
  const now = () => (suspendedAt ?? systemClock.now()) - lostMs;

  function arm(timer: { due: number; callBack: () => void; disarm: () => void }): void {
    timer.disarm = systemClock.after(timer.due - now(), () => {
      timers.delete(timer);
      timer.callBack();
    });
  }

  return {
    now,
    after(ms, callBack) {
      const timer = { due: now() + ms, callBack, disarm: () => {} };
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
