import type { Exploration } from "@last-unit/explorer";

/** One cell of the table: a strategy in a scenario. */
export interface Cell {
  readonly strategy: string;
  /** Whether it is said to sell no unit twice, also with this fault. */
  readonly safe: boolean;
  readonly scenario: string;
  /** The kind of fault that may happen; absent without faults. */
  readonly fault?: string;
  /** In a few words, how far it was explored. */
  readonly extent: string;
  readonly seconds: number;
  readonly exploration: Exploration;
  /** How often the counterexample was repeated with the same steps and the same verdict. */
  readonly replays?: number;
  /** The counterexample as text. */
  readonly told?: string;
}
