import type { Fault, Process, Step } from "@last-unit/explorer";
import { type AcquireOptions, type Lease, type LeaseStore, LockBusy } from "@last-unit/locks";
import type { LeaseTime } from "./lease-time.ts";
import { type Leases, NEVER_MS } from "./leases.ts";
import { type LostVotes, MAJORITY } from "./lost-votes.ts";

/** The process that uses a lease store now, and the one that extends its leases. */
export interface GuardUser {
  /** The time by which it measures leases, its own and those that it waits for. */
  readonly leaseTime: LeaseTime;
  process?: Process;
  extender?: Process;
  /** While it is set, what the process sends is part of the guard's step. */
  isInGuard?: boolean;
  extending?: Promise<unknown>;
}

/**
 * Makes each operation of a guard one step: acquire, extend, release. A refused acquire is blocked by the holder, as the
 * guard's `waiting` checkpoint says. When the holder has released, when its lease has run out or a node has forgotten it,
 * it is another step to ask again, so every sequence in which the waiters may get the lock is explored. What lies between
 * the commands of one operation is not.
 */
export class GuardSteps {
  readonly #holders = new Map<string, string>();
  readonly #waiters = new Map<string, { resources: readonly string[]; askAgain: () => void }>();
  readonly #releases = new Set<Promise<unknown>>();
  /** The store that was used last, and for which resources it was asked. */
  readonly #asked = new Map<string, LeaseStore>();
  readonly #leases: Leases;

  readonly #votes: LostVotes;

  constructor(leases: Leases, votes: LostVotes) {
    this.#leases = leases;
    this.#votes = votes;
  }

  /** The same store for one process. */
  around(user: GuardUser, store: LeaseStore): LeaseStore {
    const asPart = async <T>(work: () => Promise<T>): Promise<T> => {
      user.isInGuard = true;
      try {
        return await work();
      } finally {
        user.isInGuard = false;
      }
    };
    return {
      ...store,
      acquire: async (resources, options) => {
        for (const resource of resources) this.#asked.set(resource, store);
        for (;;) {
          const { process } = user;
          if (!process) return await store.acquire(resources, options);
          const acquire = () =>
            asPart(() => store.acquire(resources, { ...options, ...this.#waitFor(resources, user.leaseTime) }));
          const ask = () => this.#ask(process, resources, acquire);
          const lease = await process.step(acquiring(store, resources, this.#faultsOf(store, ask)), ask);
          if (!lease) continue;
          this.#leases.granted(process.name, store, lease);
          return lease;
        }
      },
      extend: async (lease, ttlMs) => {
        const { extender } = user;
        const extend = () => store.extend(lease, ttlMs);
        const extended = extender ? extender.step(told<Lease>("extends", store, lease.resources), extend) : extend();
        user.extending = extended.catch(() => {});
        return extended;
      },
      release: async (lease, options) => {
        const { process } = user;
        const release = () => this.#sent(asPart(() => store.release(lease, options)));
        if (!process) return await release();
        await process.step(told<void>("releases", store, lease.resources), async () => {
          await release();
          this.#leases.ended(process.name);
          this.#released(process.name, lease.resources);
        });
      },
    };
  }

  /** The process's lease runs out, and others may have the lock. */
  async runOut(process: string): Promise<void> {
    this.#released(process, await this.#leases.runOut(process));
  }

  /** Lets everybody ask again who was refused: the nodes may have forgotten the holder. */
  askAgain(): void {
    for (const { askAgain } of this.#waiters.values()) askAgain();
    this.#waiters.clear();
  }

  /** For whom a process waits. */
  blockedBy(name: string): readonly string[] {
    const { resources = [] } = this.#waiters.get(name) ?? {};
    return [...new Set(resources.flatMap((resource) => this.#holders.get(resource) ?? []))];
  }

  /** Resolves when the releases that have been sent are answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#releases);
  }

  /** The resources that are still locked, by the stores' own account. */
  async left(): Promise<string[]> {
    await this.settled();
    const owners = await Promise.all([...this.#asked].map(([resource, store]) => store.ownerOf?.(resource)));
    return [...this.#asked.keys()].filter((resource, index) => {
      const owner = owners[index];
      return owner !== undefined && !this.#leases.hasRunOut(resource, owner);
    });
  }

  /** Forgets an execution. */
  clear(): void {
    this.#holders.clear();
    this.#waiters.clear();
    this.#asked.clear();
    this.#leases.clear();
  }

  #faultsOf(store: LeaseStore, ask: () => Promise<Lease | undefined>): Fault<Lease | undefined>[] {
    if (!this.#votes.areOffered) return [];
    const lose = (letter: string, nodes: number, isCarriedOut: boolean, name: string) => ({
      letter,
      name,
      perform: () => this.#votes.during(nodes, isCarriedOut, ask),
    });
    if (store.name.startsWith("set-nx")) {
      return [
        lose("u", 1, true, "carried out, but the answer is lost"),
        lose("w", 1, false, "the connection breaks before it arrives"),
      ];
    }
    return [
      lose("u", 1, true, "node 1 carries it out, but its answer is lost"),
      lose("v", MAJORITY, true, `nodes 1 to ${MAJORITY} carry it out, but their answers are lost`),
      lose("w", MAJORITY, false, `it never arrives at nodes 1 to ${MAJORITY}`),
    ];
  }

  /** Not at all for a holder that is there; for as long as it takes where the holder's lease ran out. */
  #waitFor(resources: readonly string[], leaseTime: LeaseTime): Pick<AcquireOptions, "waitMs" | "onRefused"> {
    if (!resources.some((resource) => this.#leases.hasRunOut(resource))) return { waitMs: 0 };
    // After the refusal the store sets a timer, and then looks again.
    return { waitMs: 4 * NEVER_MS, onRefused: () => void setImmediate(() => leaseTime.passWaiting(NEVER_MS)) };
  }

  #sent(release: Promise<void>): Promise<void> {
    this.#releases.add(release);
    return release.finally(() => this.#releases.delete(release));
  }

  async #ask(
    process: Process,
    resources: readonly string[],
    acquire: () => Promise<Lease>,
  ): Promise<Lease | undefined> {
    try {
      const lease = await acquire();
      for (const resource of resources) this.#holders.set(resource, process.name);
      return lease;
    } catch (error) {
      const isHeld = resources.some((resource) => this.#holders.has(resource));
      if (!(error instanceof LockBusy && error.reason === "contention" && isHeld)) throw error;
    }
    await new Promise<void>((askAgain) => {
      this.#waiters.set(process.name, { resources, askAgain });
      process.recheck();
    });
    return undefined;
  }

  #released(holder: string, resources: readonly string[]): void {
    for (const resource of resources) if (this.#holders.get(resource) === holder) this.#holders.delete(resource);
    for (const [name, waiter] of this.#waiters) {
      if (!waiter.resources.some((resource) => resources.includes(resource))) continue;
      this.#waiters.delete(name);
      waiter.askAgain();
    }
  }
}

const nameOf = (does: string, { name }: LeaseStore, resources: readonly string[]) =>
  `${name} ${does} ${resources.length === 1 ? "the lock" : `${resources.length} locks`}`;

const told = <T>(does: string, store: LeaseStore, resources: readonly string[]): Step<T> => ({
  name: nameOf(does, store, resources),
  tell: (result) => ("error" in result ? String((result.error as Error).name) : "done"),
});

const acquiring = (
  store: LeaseStore,
  resources: readonly string[],
  faults: Fault<Lease | undefined>[],
): Step<Lease | undefined> => ({
  faults,
  name: nameOf("acquires", store, resources),
  changed: (lease) => lease !== undefined,
  tell: (result) => ("error" in result ? String(result.error) : result.value ? "granted" : "refused"),
});
