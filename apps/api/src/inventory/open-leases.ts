import type { LeaseStore } from "./lease-store.ts";

/** Knows of the leases that this process has asked for and not given back yet, so that it can leave without taking one along. */
export class OpenLeases {
  #count = 0;
  #whenNone: (() => void)[] = [];

  /** The same store, counted. */
  readonly around = (store: LeaseStore): LeaseStore => ({
    ...store,
    acquire: async (resources, options) => {
      this.#count += 1;
      try {
        return await store.acquire(resources, options);
      } catch (error) {
        this.#closed();
        throw error;
      }
    },
    release: async (lease, options) => {
      try {
        await store.release(lease, options);
      } finally {
        this.#closed();
      }
    },
  });

  /** Resolves when none is open, or after `mostMs`. */
  async allReturned(mostMs: number): Promise<void> {
    if (this.#count === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, mostMs);
      this.#whenNone.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #closed(): void {
    this.#count -= 1;
    if (this.#count === 0) for (const tell of this.#whenNone.splice(0)) tell();
  }
}
