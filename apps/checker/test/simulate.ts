import type { HistoryEvent } from "../src/history/event.ts";
import { Random } from "./random.ts";
import { SimulatedShop } from "./simulated-shop.ts";

export type Fault = "lost-write" | "stale-read" | "double-grant" | "premature-sold-out";
export const faults: readonly Fault[] = ["lost-write", "stale-read", "double-grant", "premature-sold-out"];

export interface Simulation {
  readonly seed: number;
  readonly operations: number;
  /** How many buyers are at it at once. */
  readonly buyers: number;
  readonly skus?: number;
  /** Units of each SKU. */
  readonly stock: number;
  /** The largest quantity of a line. */
  readonly quantity?: number;
  /** Whether answers tell the unit numbers. */
  readonly withUnits?: boolean;
  /** The share of calls that are never answered: half of them have their effect, sooner or later. */
  readonly infoShare?: number;
  readonly failShare?: number;
  readonly readShare?: number;
  readonly giveBackShare?: number;
  /** One fault, in the middle of the run, at a moment when nobody else is at it, so that nothing can excuse it. */
  readonly fault?: Fault;
}

export interface Simulated {
  readonly events: readonly HistoryEvent[];
  readonly initial: Readonly<Record<string, number>>;
  /** Whether the fault could be injected: there was stock for it. */
  readonly isFaulty: boolean;
}

/**
 * The history of a shop that is correct by construction: one thing happens at a time, at a moment drawn between each call and
 * its answer. Calls are slow or quick, fail, time out with or without an effect, and buyers who timed out come back as others.
 */
export function simulate(simulation: Simulation): Simulated {
  const random = new Random(simulation.seed);
  const shop = new SimulatedShop(simulation, random);
  const middle = Math.floor(simulation.operations / 2);
  shop.run(simulation.fault ? middle : simulation.operations);
  const isFaulty = simulation.fault !== undefined && shop.inject(simulation.fault);
  if (simulation.fault) shop.run(simulation.operations - middle);
  return { events: shop.history(), initial: shop.initial, isFaulty };
}
