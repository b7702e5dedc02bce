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
  /** The figures and groups that were asked for; absent: the table. */
  only?: readonly string[];
  thisBuild: Build;
  /** The commit of `--against`. */
  otherBuild?: Build;
}

export function otherBuildOf({ otherBuild }: Bench): Build {
  if (!otherBuild) throw new Error("This figure compares with another commit: add --against and its name.");
  return otherBuild;
}

export interface Replicas {
  urls: string[];
  pids: number[];
  stop(): Promise<void>;
}

/** A checkout of this repository that can be started, with a database of its own in the bench's PostgreSQL. */
export interface Build {
  /** "this build", or the commit. */
  name: string;
  /** The folder of the checkout. */
  root: string;
  databaseUrl: string;
  /** Starts its replicas as `npm start` does, over the bench's services. */
  start(settings: { strategy?: string; replicas?: number }): Promise<Replicas>;
  remove(): Promise<void>;
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
