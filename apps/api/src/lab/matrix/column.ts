import type { Strategy } from "../../inventory/strategy.ts";

export interface Finding {
  result: "survives" | "loses" | "not-applicable" | "unavailable" | "not-measured";
  sentence: string;
  /** Only where durations of several strategies can be compared with each other. */
  tookMs: number | null;
}

/** One thing that a strategy may survive or not. */
export interface Column {
  name: string;
  title: string;
  question: string;
  /** Whether a cell is a replay with an address of its own. */
  replayable: boolean;
  /** Measured before all others and one strategy at a time: its durations are compared. */
  timed: boolean;
  measure(strategy: Strategy): Promise<Finding>;
}
