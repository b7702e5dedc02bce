import type { Lease, LeaseStore } from "@last-unit/locks";
import type { Redis } from "ioredis";

/** Longer than any execution: no bound of the application may end a wait that the explorer observes. */
export const NEVER_MS = 3_600_000;

/** A key that has expired is gone; one that another holder has set meanwhile is not touched. */
const EXPIRE = `
for _, key in ipairs(KEYS) do
  if redis.call("GET", key) == ARGV[1] then redis.call("DEL", key) end
end`;

/** The leases that the processes of an execution hold, by their own account, and those that ran out. */
export class Leases {
  readonly #lockNodes: readonly Redis[];
  readonly #held = new Map<string, { store: LeaseStore; lease: Lease }>();
  /** By resource: the owner whose lease ran out in a store that keeps it until a contender has waited for as long. */
  readonly #runOut = new Map<string, string>();

  constructor(lockNodes: readonly Redis[]) {
    this.#lockNodes = lockNodes;
  }

  granted(process: string, store: LeaseStore, lease: Lease): void {
    this.#held.set(process, { store, lease });
    for (const resource of lease.resources) this.#runOut.delete(resource);
  }

  /** By the process itself, or because its lease is over. @returns the resources of the lease. */
  ended(process: string): readonly string[] {
    const { lease } = this.#held.get(process) ?? {};
    this.#held.delete(process);
    return lease?.resources ?? [];
  }

  isHeldBy(process: string): boolean {
    return this.#held.has(process);
  }

  get isAnyHeld(): boolean {
    return this.#held.size > 0;
  }

  /**
   * Lets the process's lease run out without waiting: its keys are removed from the Redis nodes as if they had expired.
   * DynamoDB keeps the item; the next contender's clock passes (see `hasRunOut`). @returns the resources of the lease.
   */
  async runOut(process: string): Promise<readonly string[]> {
    const { store, lease } = this.#held.get(process) ?? {};
    if (!store || !lease) return [];
    const { resources, owner } = lease;
    if (store.name === "dynamodb-lease") for (const resource of resources) this.#runOut.set(resource, owner);
    else await Promise.all(this.#lockNodes.map((redis) => redis.eval(EXPIRE, resources.length, ...resources, owner)));
    return this.ended(process);
  }

  /** Whether a contender only has to wait for the lease's duration. */
  hasRunOut(resource: string, owner?: string): boolean {
    const runOut = this.#runOut.get(resource);
    return runOut !== undefined && (owner === undefined || runOut === owner);
  }

  /** So many lock nodes lose their memory. */
  async forget(nodes: number): Promise<void> {
    await Promise.all(this.#lockNodes.slice(0, nodes).map((redis) => redis.flushall()));
  }

  clear(): void {
    this.#held.clear();
    this.#runOut.clear();
  }
}
