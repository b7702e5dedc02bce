import type { Exploration } from "@last-unit/explorer";

/** One cell of the table: a strategy in a scenario. */
export interface Cell {
  readonly strategy: string;
  readonly safe: boolean;
  readonly scenario: string;
  /** In a few words, how far it was explored. */
  readonly extent: string;
  readonly seconds: number;
  readonly exploration: Exploration;
  /** How often the counterexample was repeated with the same steps and the same verdict. */
  readonly replays?: number;
  /** The counterexample as text. */
  readonly told?: string;
}
