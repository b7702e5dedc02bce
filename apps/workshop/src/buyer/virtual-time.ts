/** An ordinary morning. `new Date()` begins there in every execution, so that repetitions are equal. */
const EPOCH_MS = Date.UTC(2026, 0, 5, 9);

interface VirtualTimer {
  dueMs: number;
  readonly everyMs?: number;
  readonly callBack: () => void;
}

/** The time of one execution, as the buyer's code sees it. It passes only when the grader lets a timer fire. */
export class VirtualTime {
  nowMs = 0;
  readonly #timers = new Map<number, VirtualTimer>();
  #latest = 0;

  set(callBack: () => void, delayMs: number, isRepeated = false): number {
    // As in Node.js: what is no positive number is 1.
    const ms = Math.max(delayMs, 1);
    this.#latest += 1;
    this.#timers.set(this.#latest, { dueMs: this.nowMs + ms, everyMs: isRepeated ? ms : undefined, callBack });
    return this.#latest;
  }

  clear(id: number): void {
    this.#timers.delete(id);
  }

  /** In how many milliseconds the first timer is due. */
  get firstInMs(): number | undefined {
    const first = this.#first();
    return first && Math.max(0, first[1].dueMs - this.nowMs);
  }

  fire(): void {
    const first = this.#first();
    if (!first) return;
    const [id, timer] = first;
    if (timer.everyMs === undefined) this.#timers.delete(id);
    else timer.dueMs = this.nowMs + timer.everyMs;
    timer.callBack();
  }

  #first(): [number, VirtualTimer] | undefined {
    let first: [number, VirtualTimer] | undefined;
    for (const entry of this.#timers) if (!first || entry[1].dueMs < first[1].dueMs) first = entry;
    return first;
  }
}

/** The globals of time, for the buyer's code alone: the database client keeps the real ones. */
export function timeGlobals(time: VirtualTime) {
  const setTimeout = (callBack: (...args: unknown[]) => void, ms = 1, ...args: unknown[]) =>
    handleOf(
      time,
      time.set(() => callBack(...args), ms),
    );
  const setInterval = (callBack: (...args: unknown[]) => void, ms = 1, ...args: unknown[]) =>
    handleOf(
      time,
      time.set(() => callBack(...args), ms, true),
    );
  const setImmediate = (callBack: (...args: unknown[]) => void, ...args: unknown[]) => setTimeout(callBack, 1, ...args);
  const clear = (handle?: unknown) => time.clear(Number(handle ?? 0));
  const VirtualDate = new Proxy(Date, {
    construct: (target, args) => (args.length > 0 ? Reflect.construct(target, args) : new Date(EPOCH_MS + time.nowMs)),
    apply: () => new Date(EPOCH_MS + time.nowMs).toString(),
    get: (target, key) => (key === "now" ? () => EPOCH_MS + time.nowMs : Reflect.get(target, key)),
  });
  return {
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
    Date: VirtualDate,
    performance: { now: () => time.nowMs, timeOrigin: EPOCH_MS },
  };
}

/** `node:timers/promises`. */
export function timersPromises(time: VirtualTime) {
  const setTimeout = <T>(ms = 1, value?: T, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise<T | undefined>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const id = time.set(() => resolve(value), ms);
      signal?.addEventListener("abort", () => {
        time.clear(id);
        reject(signal.reason);
      });
    });
  return { setTimeout, setImmediate: <T>(value?: T) => setTimeout(1, value), scheduler: { wait: setTimeout } };
}

function handleOf(time: VirtualTime, id: number) {
  const handle = {
    ref: () => handle,
    unref: () => handle,
    hasRef: () => true,
    close: () => time.clear(id),
    [Symbol.toPrimitive]: () => id,
  };
  return handle;
}
