// The package has types, but its `exports` hides them from the resolver.
declare module "redlock" {
  /** What the package needs of a Redis client. */
  export interface ScriptClient {
    eval(script: string, keyCount: number, input: (string | number)[]): Promise<unknown>;
    evalsha(hash: string, keyCount: number, input: (string | number)[]): Promise<unknown>;
  }
  export class ExecutionError extends Error {}
  export interface Lock {
    readonly resources: string[];
    readonly value: string;
    /** Epoch milliseconds. */
    expiration: number;
  }
  export interface ScriptModifiers {
    acquireScript?(script: string): string;
    extendScript?(script: string): string;
    releaseScript?(script: string): string;
  }
  export interface Script {
    readonly value: string;
    readonly hash: string;
  }
  export default class Redlock {
    constructor(
      clients: Iterable<ScriptClient>,
      settings?: { driftFactor?: number; retryCount?: number },
      scripts?: ScriptModifiers,
    );
    readonly scripts: { readonly acquireScript: Script; readonly extendScript: Script; readonly releaseScript: Script };
    acquire(resources: string[], durationMs: number): Promise<Lock>;
    extend(lock: Lock, durationMs: number): Promise<Lock>;
    release(lock: Lock): Promise<unknown>;
  }
}
