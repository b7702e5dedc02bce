/** What an adapter module exports as its default: one adapter, or several. */
export interface Adapter {
  /** For `--only` and the table's heading. */
  name: string;
  /** The npm package, as the adapter's file imports it: its version, README and the Node.js that it needs are read there. */
  package?: string;
  /** How many of the five nodes it uses, if not all. */
  nodes?: number;
  /** The key that it sets in Redis for a lock, if that is not the lock's name. */
  redisKey?(name: string): string;
  /** Connects to the nodes. Resolves when the connections are ready. */
  open(urls: string[]): LockClient | Promise<LockClient>;
}

export interface LockClient {
  /** Tries for `waitMs` milliseconds; 0: once. Rejects when the lock is refused. */
  acquire(name: string, ttlMs: number, waitMs: number): Promise<Held>;
  /** Rejects when the extension is refused. Absent: the package has no such call. */
  extend?(held: Held, ttlMs: number): Promise<Held>;
  release(held: Held): Promise<unknown>;
  /** Holds the lock while the routine runs, extends it, and aborts the signal when it is lost. Absent: the package has none. */
  using?(name: string, ttlMs: number, routine: (signal: AbortSignal) => Promise<void>): Promise<unknown>;
  /** Ends the connections. */
  close(): unknown;
}

/** A lock that the package says it holds. */
export interface Held {
  /** How long the package says that it is still valid, in milliseconds by the package's clock. Absent: it does not say. */
  remainingMs?(): number;
}
