import { type LeaseStore, LockBusy } from "../lease-store.ts";
import type { About } from "../strategy.ts";

/** Stands where a guard's service was not named, so that its strategies are listed with what they lack. */
export function notConfigured(name: string, about: About, reason: string): LeaseStore {
  const refuse = async (): Promise<never> => {
    throw new LockBusy("unreachable", undefined, { cause: new Error(reason) });
  };
  return {
    name,
    safe: true,
    about,
    availability: async () => ({ available: false, reason }),
    acquire: refuse,
    extend: refuse,
    release: async () => {},
  };
}
