import type { Clock } from "../clock.ts";

/** A clock that stands still until a test moves it. */
export function manualClock(): Clock & { advance(ms: number): Promise<void> } {
  const timers = new Set<{ due: number; callBack: () => void }>();
  let now = 0;
  return {
    now: () => now,
    after(ms, callBack) {
      const timer = { due: now + ms, callBack };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      now += ms;
      for (const timer of timers) {
        if (timer.due > now) continue;
        timers.delete(timer);
        timer.callBack();
      }
    },
  };
}
