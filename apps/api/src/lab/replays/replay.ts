import type { CheckpointName } from "../../inventory/checkpoint.ts";
import type { Strategy } from "../../inventory/strategy.ts";
import type { RaceEvent } from "../events.ts";
import type { Verdict } from "../verdict.ts";
import type { Lane } from "./lane.ts";
import type { Stage } from "./stage.ts";

/** A history as a script: who is held where, which lease runs out, who wakes. It is the same under every strategy. */
export interface Scenario {
  name: string;
  title: string;
  /** One sentence: what is about to happen. */
  question: string;
  /** What the products on sale are called in the sentences; in the order in which a sorted cart has them. */
  products: readonly string[];
  /** Units of each. */
  stock: number;
  /** How many units its shoppers want: the outcome is only good if that many, or all there are, were sold. */
  wanted: number;
  /** Why the script makes no sense under this strategy; undefined when it does. */
  notFor(strategy: Strategy): string | undefined;
  play(stage: Stage): Promise<void>;
  /** What went wrong that no verdict knows of. */
  flaw?(stage: Stage): string | undefined;
}

export interface Product {
  sku: string;
  name: string;
  stock: number;
}

export interface ReplayStep {
  number: number;
  sentence: string;
  /** Who acts; null: time, or a store by itself. */
  shopper: string | null;
  /** Since the replay's beginning, measured. */
  atMs: number;
  /** Each shopper's state after the step. */
  lanes: Record<string, Lane>;
  /** Each product's committed stock after the step, read from PostgreSQL. */
  stocks: number[];
  /** Who holds the lock after the step, asked of the store that grants it; null: nobody, or it cannot be asked. */
  holder: string | null;
  /** The step that decides the outcome. */
  decisive: boolean;
}

export interface ReplayAnswer {
  code: string;
  unitNumbers: number[];
  orderId: string | null;
}

export interface Outcome {
  survived: boolean;
  headline: string;
  sentence: string;
}

/** What happened when a scenario was played under one strategy. */
export interface Replay {
  scenario: string;
  strategy: string;
  /** Its place among the classics, if it is one of them. */
  number: number | null;
  title: string;
  question: string;
  shoppers: string[];
  products: Product[];
  steps: ReplayStep[];
  outcome: Outcome;
  answers: Record<string, ReplayAnswer>;
  verdicts: Verdict[];
  events: RaceEvent[];
}

/** How far a shopper got. */
export type Arrival =
  /** Held at a checkpoint. */
  | { at: CheckpointName; event: RaceEvent }
  /** The lock store has refused it at least once; it goes on asking. */
  | { at: "the door"; votes?: { for: number; against: number; unavailable: number } }
  /** It waits for another's transaction, inside PostgreSQL. */
  | { at: "the row"; holder: string }
  /** Its request was answered. */
  | { at: "the end"; answer: ReplayAnswer };
