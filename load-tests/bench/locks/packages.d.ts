// Two of them hide their types from the resolver or have none, the third one is only installed where it can run.
declare module "redlock-4" {
  import type { Redis } from "ioredis";

  export default class Redlock {
    constructor(clients: readonly Redis[]);
    acquire(resources: string[], durationMs: number): Promise<{ unlock(): Promise<void> }>;
  }
}

declare module "redlock-universal" {
  import type { Redis } from "ioredis";

  export class IoredisAdapter {
    constructor(client: Redis);
  }
  export function createRedlock(settings: { adapters: readonly IoredisAdapter[]; key: string; ttl: number }): {
    acquire(): Promise<object>;
    release(handle: object): Promise<boolean>;
  };
}
