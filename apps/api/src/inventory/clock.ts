/** The time that a lease's holder goes by. A replay gives a holder one that stands still, as a suspended machine's does. */
export interface Clock {
  /** Milliseconds on a monotonic clock; only differences mean anything. */
  now(): number;
  /** Calls back once after `ms`, unless cancelled by calling what it returns. */
  after(ms: number, callBack: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callBack) {
    const timer = setTimeout(callBack, Math.max(0, ms));
    return () => clearTimeout(timer);
  },
};
