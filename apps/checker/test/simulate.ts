import type { HistoryEvent } from "../src/history/event.ts";
import { Random } from "./random.ts";
import { SimulatedShop, type Simulation } from "./simulated-shop.ts";

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
