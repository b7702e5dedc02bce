/**
 * What the single-node locks use of a Redis client. A connection of `ioredis` has all of it; any other client needs an
 * adapter of a few lines (see examples/node-redis.ts). Its commands must be sent over one connection, in order.
 */
export interface RedisClient {
  /** `ready` while commands can be sent. */
  readonly status: string;
  /** Named in error messages. */
  readonly options: { readonly host?: string; readonly port?: number };
  on(event: "ready" | "close" | "error", listener: (error: Error) => void): unknown;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, expiry: "PX", ttlMs: number, condition: "NX"): Promise<string | null>;
  del(...keys: string[]): Promise<number>;
  eval(script: string, keyCount: number, ...keysAndArgs: (string | number)[]): Promise<unknown>;
}
