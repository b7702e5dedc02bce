import type * as Vitest from "vitest";
import type { Clock } from "../clock.ts";
import type { LeaseStore } from "../lease-store.ts";

/** What the contract asks of every store. */
export type Property =
  | "owner-only release"
  | "extension"
  | "loss signal"
  | "wake-up"
  | "survives a minority"
  | "fencing tokens";

export interface OpenedStore {
  store: LeaseStore;
  close(): Promise<void>;
}

/** One store under the contract. */
export interface ContractSubject {
  name: string;
  /** Why it cannot be tested on this machine. */
  missing?: string;
  /** An instance of its own, as another process would have; its holders go by the clock. */
  open(clock?: Clock): Promise<OpenedStore>;
  /** Stops, pauses and restarts a service. Absent: the tests that need it are skipped. */
  act?(action: "stop" | "start" | "pause" | "resume", service: string): Promise<void>;
  /** The services that it depends on. */
  services: readonly string[];
  /** So many of them that nothing is granted any more. */
  tooMany: readonly string[];
  /** Milliseconds after which the lease of a holder that vanished is gone at the latest. */
  vanishedWithinMs: number;
  /** What the reason names while too many services are gone. */
  reason?: RegExp;
  /** Properties that it lacks, and why. Each is tested: a weakness that does not show is an error. */
  weaknesses: Partial<Record<Property, string>>;
}

/** Records each acquire and release, so that a history checker can judge them. */
export interface HistoryRecorder {
  invoke(process: number, operation: "acquire" | "release", value: object): (type: "ok", value: object) => void;
  /** @throws when the history is not that of a mutex. */
  check(): void;
}

/** vitest's functions. They are passed in, so that this module works with your version and outside of a test run too. */
export type TestFunctions = Pick<typeof Vitest, "afterEach" | "beforeAll" | "describe" | "expect" | "test">;
