import type { CheckpointName } from "../../checkpoint.ts";
import type { RaceEvent } from "../races/events.ts";
import type { Verdict } from "../verdict/ledger-verdict.ts";
import type { Lane } from "./lane.ts";

export interface Product {
  sku: string;
  name: string;
  stock: number;
}

export interface ReplayStep {
  number: number;
  sentence: string;
  /** The buyer who acts, or null if time passed or a store acted. */
  shopper: string | null;
  /** Measured time since the replay began. */
  atMs: number;
  /** The state of each buyer after the step. */
  lanes: Record<string, Lane>;
  /** The committed stock of each product after the step, read from PostgreSQL. */
  stocks: number[];
  /** The lock's holder after the step, according to its store; null if there is none or the store cannot tell. */
  holder: string | null;
  /** Whether this step decides the outcome. */
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

/** The result of playing a scenario under a strategy. */
export interface Replay {
  scenario: string;
  strategy: string;
  /** Its number among the classics, or null. */
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

/** The point that a buyer's request has reached. */
export type Arrival =
  /** Held at a checkpoint. */
  | { at: CheckpointName; event: RaceEvent }
  /** The lock store has rejected the request at least once. The request keeps retrying. */
  | { at: "the door"; votes?: { for: number; against: number; unavailable: number } }
  /** It waits for another transaction in PostgreSQL. */
  | { at: "the row"; holder: string }
  /** The request has ended with this response. */
  | { at: "the end"; answer: ReplayAnswer };

/** Something outside the script interfered, so that the recorded interleaving is not the scenario's. */
export class ReplayDisturbed extends Error {
  override readonly name = "ReplayDisturbed";
}

/** @throws ReplayDisturbed if the buyer is not where the script requires it. */
export function requireAt(arrival: Arrival, place: Arrival["at"]): void {
  if (arrival.at !== place) throw new ReplayDisturbed(`Expected the buyer at "${place}", found it at "${arrival.at}".`);
}
