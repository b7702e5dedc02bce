import type { Operation } from "../history/operation.ts";

export const conditionNames = [
  "oversold",
  "unit-sold-twice",
  "unit-that-does-not-exist",
  "sold-out-too-early",
  "impossible-read",
  "given-back-too-often",
] as const;

export type ConditionName = (typeof conditionNames)[number];

/** An answer that no linearization contains, found without a search. */
export interface Violation {
  readonly condition: ConditionName;
  readonly sku: string;
  /** The operation whose answer shows it, and where it takes two, the one that it contradicts. */
  readonly operations: readonly Operation[];
  /** In a sentence, with the figures. */
  readonly sentence: string;
}
