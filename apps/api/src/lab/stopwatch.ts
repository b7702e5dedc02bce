import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** From a question to its answer, on two clocks: the one that people and the database read, and one that never jumps. */
export interface Interval {
  askedAt: Date;
  answeredAt: Date;
  /** Whose monotonic clock `askedNs` and `answeredNs` are read from. Those of two machines cannot be compared. */
  machine: string;
  askedNs: bigint;
  answeredNs: bigint;
}

/** Starts now; each call of what it returns reads it. */
export function stopwatch(): () => Interval {
  const askedAt = new Date();
  const askedNs = process.hrtime.bigint();
  return () => ({ askedAt, answeredAt: new Date(), machine, askedNs, answeredNs: process.hrtime.bigint() });
}

// Containers on one host have names of their own and the host's clock: the kernel's boot says which clock it is.
const machine = bootId() ?? hostname();

function bootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return undefined;
  }
}
