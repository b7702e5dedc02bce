/** The time and the timers that a lock goes by. Tests and replays pass in one that they control. */
export interface Clock {
  /** Milliseconds on a monotonic clock; only differences mean anything. */
  now(): number;
  /**
   * Calls back once after `ms` milliseconds, unless cancelled by calling what it returns.
   * With `unref`, the timer alone does not keep the process running.
   */
  after(ms: number, callBack: () => void, options?: { unref?: boolean }): () => void;
}

/** About 25 days: a longer wait ends then. Node would call back after one millisecond. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The real clock: the only place in this package that reads the time or sets a timer. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callBack, { unref = false } = {}) {
    const timer = setTimeout(callBack, Math.min(Math.max(0, ms), LONGEST_TIMER_MS));
    if (unref) timer.unref();
    return () => clearTimeout(timer);
  },
};

export const sleep = (clock: Clock, ms: number, options?: { unref?: boolean }): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, resolve, options));

/** Resolves as `work` does; if that takes longer than `ms` milliseconds, returns or throws what `late` does. */
export function within<T, L>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  late: () => L,
  options?: { unref?: boolean },
): Promise<T | L> {
  let cancel = () => {};
  const bound = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve, options);
  }).then(late);
  return Promise.race([work, bound]).finally(() => cancel());
}
