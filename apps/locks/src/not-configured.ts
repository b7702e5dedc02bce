import { type About, type LeaseStore, LockBusy } from "./lease-store.ts";

/** A store whose service was not named: it is listed as unavailable with the reason, and grants nothing. */
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
