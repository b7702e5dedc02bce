import type { System } from "@last-unit/stack";

/** What a figure is measured with. */
export interface Bench {
  /** The whole system: three replicas, their lab, and every backing service, on free ports. */
  system: System;
  /** How often the two sides take turns. */
  rounds: number;
  /** How long one side is measured in one round. */
  secondsEach: number;
  report(line: string): void;
  /** Aborted when somebody wants the bench to end. */
  signal: AbortSignal;
}

export interface Goal {
  /** Exactly one of the two: what the ratio should reach, or what it should stay below. */
  atLeast?: number;
  atMost?: number;
}

/** One side of a comparison: what it did in each round. */
export interface Side {
  name: string;
  /** How many ask at the same time. */
  clients: number;
  /** What happened per second, one figure a round. */
  perSecond: number[];
  /** Of all rounds, in milliseconds. */
  latencyMs?: { p50: number; p99: number };
  errors?: number;
  unitsSold?: number;
  /** What else was measured, by name. */
  extras?: Record<string, number>;
}

/** A ratio, and what it was made of. */
export interface Figure {
  id: string;
  /** What is divided by what. */
  what: string;
  goal: Goal;
  /** One a round. */
  ratios: number[];
  sides: Side[];
  /** What a reader has to know of the conditions, or why a goal was missed: a sentence each. */
  notes?: string[];
}

export type Measure = (bench: Bench) => Promise<Figure | Figure[]>;
