import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** The time from a request to its response, by two clocks: wall-clock time, and a monotonic clock. */
export interface Interval {
  askedAt: Date;
  answeredAt: Date;
  /**
   * The machine whose monotonic clock `askedNs` and `answeredNs` are from. Values of different machines are not
   * comparable.
   */
  machine: string;
  askedNs: bigint;
  answeredNs: bigint;
}

/** Starts a stopwatch. Each call of the returned function reads it. */
export function stopwatch(): () => Interval {
  const askedAt = new Date();
  const askedNs = process.hrtime.bigint();
  return () => ({ askedAt, answeredAt: new Date(), machine, askedNs, answeredNs: process.hrtime.bigint() });
}

// Containers on one host have different host names but share its clock, so the kernel's boot id identifies the clock.
const machine = bootId() ?? hostname();

function bootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return undefined;
  }
}
