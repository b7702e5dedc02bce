import type { Strategy } from "../../../inventory/strategy.ts";
import type { Stage } from "../stage.ts";

/** A scripted interleaving: where each buyer is held, which lease expires, who resumes. The same for every strategy. */
export interface Scenario {
  name: string;
  title: string;
  /** One sentence that introduces the scenario. */
  question: string;
  /** The names of the products in sentences, in the sequence of a sorted cart. */
  products: readonly string[];
  /** The units of each product. */
  stock: number;
  /** How many units the buyers want. To pass, a strategy must sell this many, or all that are in stock. */
  wanted: number;
  /** Why the scenario does not apply to this strategy, or undefined if it does. */
  notFor(strategy: Strategy): string | undefined;
  play(stage: Stage): Promise<void>;
  /** A defect that the verdict cannot detect, or undefined. */
  flaw?(stage: Stage): string | undefined;
}
