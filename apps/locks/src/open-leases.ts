import { type Clock, systemClock, within } from "./clock.ts";
import type { Lease, LeaseStore } from "./lease-store.ts";

/** Counts the leases that this process has asked for and not yet released, so that it can end without leaving one behind. */
export class OpenLeases {
  /** Acquires that are under way. */
  #asked = 0;
  readonly #held = new Set<string>();
  #whenNone: (() => void)[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** The same store, counted. */
  readonly around = (store: LeaseStore): LeaseStore => ({
    ...store,
    acquire: async (resources, options) => {
      this.#asked += 1;
      try {
        const lease = await store.acquire(resources, options);
        this.#held.add(nameOf(lease));
        return lease;
      } finally {
        this.#asked -= 1;
        this.#tellIfNone();
      }
    },
    release: async (lease, options) => {
      try {
        await store.release(lease, options);
      } finally {
        this.#held.delete(nameOf(lease));
        this.#tellIfNone();
      }
    },
  });

  /** Resolves when none is open, or after `mostMs` milliseconds. */
  async allReleased(mostMs: number): Promise<void> {
    if (this.#isNone) return;
    const none = new Promise<void>((resolve) => this.#whenNone.push(resolve));
    await within(this.#clock, mostMs, none, () => {});
  }

  get #isNone(): boolean {
    return this.#asked === 0 && this.#held.size === 0;
  }

  #tellIfNone(): void {
    if (this.#isNone) for (const resolve of this.#whenNone.splice(0)) resolve();
  }
}

/** The same before and after an extension. The owner alone would not do: a store may use one for all of its leases. */
const nameOf = ({ owner, resources }: Lease) => [owner, ...resources].join(" ");
