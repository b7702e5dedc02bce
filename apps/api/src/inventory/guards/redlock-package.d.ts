// The package has types, but its `exports` hides them from the resolver.
declare module "redlock" {
  import type { Redis } from "ioredis";

  export interface ExecutionStats {
    readonly membershipSize: number;
    readonly quorumSize: number;
    readonly votesFor: Set<Redis>;
    readonly votesAgainst: Map<Redis, Error>;
  }
  export class ResourceLockedError extends Error {}
  export class ExecutionError extends Error {
    readonly attempts: readonly Promise<ExecutionStats>[];
  }
  export interface Lock {
    readonly resources: string[];
    readonly value: string;
    readonly attempts: readonly Promise<ExecutionStats>[];
    /** Epoch milliseconds. */
    expiration: number;
  }
  export default class Redlock {
    constructor(clients: Iterable<Redis>, settings?: { driftFactor?: number; retryCount?: number });
    acquire(resources: string[], durationMs: number): Promise<Lock>;
    extend(lock: Lock, durationMs: number): Promise<Lock>;
    release(lock: Lock): Promise<unknown>;
  }
}
