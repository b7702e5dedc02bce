/** The package `redlock` 5.0.0-beta.2 has types, but its `exports` hides them from the resolver. These are what we use. */
declare module "redlock" {
  import type { Redis } from "ioredis";

  /** The answer of one node: another value holds a key. */
  export class ResourceLockedError extends Error {}

  /** No majority: too many nodes refused, or failed. */
  export class ExecutionError extends Error {
    readonly attempts: readonly Promise<ExecutionStats>[];
  }

  export interface ExecutionStats {
    readonly votesFor: ReadonlySet<Redis>;
    readonly votesAgainst: ReadonlyMap<Redis, Error>;
  }

  export class Lock {
    /** @param expiration epoch milliseconds by the wall clock */
    constructor(redlock: Redlock, resources: string[], value: string, attempts: never[], expiration: number);
    readonly value: string;
    /** One for each attempt. It resolves when the slowest node has answered. */
    readonly attempts: readonly Promise<ExecutionStats>[];
  }

  export default class Redlock {
    constructor(clients: Iterable<Redis>, settings?: { driftFactor?: number; retryCount?: number });
    readonly scripts: { readonly releaseScript: { readonly value: string } };
    acquire(resources: string[], durationMs: number): Promise<Lock>;
    extend(lock: Lock, durationMs: number): Promise<Lock>;
    release(lock: Lock): Promise<unknown>;
    /** Makes an attempt's value. Private in the package's own types. */
    protected _random(): string;
  }
}
