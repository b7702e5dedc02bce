/** Stands for a lock's name in `keyOfLock`. */
export const ANY_LOCK = "{lock}";

/** What the program asks of a client process. */
export interface WorkerCalls {
  describe(): Promise<{ hasExtend: boolean; hasUsing: boolean; nodes: number; keyOfLock: string }>;
  open(client: string, adapter: string, urls: string[]): Promise<void>;
  acquire(client: string, lock: string, ttlMs: number, waitMs: number): Promise<Grant>;
  extend(client: string, handle: number, ttlMs: number): Promise<Grant>;
  release(client: string, handle: number): Promise<void>;
  remaining(handle: number): Promise<number | undefined>;
  /** Resolves when the routine runs, to its handle. */
  using(client: string, lock: string, ttlMs: number): Promise<number>;
  routine(handle: number): Promise<{ isAborted: boolean }>;
  /** Lets the routine end. Resolves to how the package's call ended. */
  finishRoutine(handle: number): Promise<string>;
  /** Shifts `Date.now` of this process. */
  shiftClock(ms: number): Promise<void>;
  contend(contention: Contention): Promise<Interval[]>;
  cycle(cycles: Cycles): Promise<{ failed: number; lastError?: string }>;
  resources(): Promise<Resources>;
  close(client: string): Promise<void>;
}

export interface Grant {
  handle: number;
  /** When the client learned of it, by the machine's monotonic clock. */
  atMs: number;
  /** The same by the client's own `Date.now`. */
  date: number;
  /** What the package said was left of it. */
  remainingMs?: number;
}

export interface Contention {
  clients: string[];
  lock: string;
  ttlMs: number;
  waitMs: number;
  holdMs: number;
  rounds: number;
}

/** One acquisition: by the machine's monotonic clock. */
export type Interval = { client: string; askedAtMs: number } & ({ fromMs: number; toMs: number } | { error: string });

export interface Cycles {
  client: string;
  count: number;
  lock: string;
  /** So many cycles are under way at a time, each on a lock of its own. */
  lanes: number;
}

export interface Resources {
  sockets: number;
  timers: number;
  /** How often Node.js has warned of an emitter with too many listeners. */
  listenerWarnings: number;
}
