import type { RaceEvent } from "../races/events.ts";

/**
 * `holding`: holds the lock or the row lock. `inside`: reads and writes without a lock. `suspended`: the buyer's process is
 * paused.
 */
export type LaneState = "outside" | "waiting" | "holding" | "inside" | "suspended" | "done";

export interface Lane {
  state: LaneState;
  label: string | null;
}

/** All observations of one buyer so far. */
export interface Observed {
  events: readonly RaceEvent[];
  suspended: boolean;
  /** The buyer whose transaction it waits for in PostgreSQL. */
  waitsFor: string | undefined;
  /** Whether this buyer holds the lock, according to the lock store. */
  holds: boolean;
  /** The product's name if there are several products, otherwise an empty string. */
  productOf(sku: string | undefined): string;
}

/** Derives the state of a buyer's timeline, from observations only. */
export function laneOf({ events, suspended, waitsFor, holds, productOf }: Observed): Lane {
  const last = events.at(-1);
  const label = waitsFor ? `${holds ? "has the lock, " : ""}waits for ${waitsFor}` : labelOf(events, productOf);
  if (suspended) return { state: "suspended", label };
  if (!last || last.checkpoint === "arrived") return { state: "outside", label };
  const hasNoLock = last.checkpoint === "refused" && last.votes !== undefined;
  if (hasNoLock || ["answered", "released", "lost"].includes(last.checkpoint)) return { state: "done", label };
  if (waitsFor) return { state: "waiting", label };
  if (holds) return { state: "holding", label };
  if (last.checkpoint === "waiting") return { state: "waiting", label };
  return { state: "inside", label };
}

function labelOf(events: readonly RaceEvent[], productOf: Observed["productOf"]): string | null {
  // The response, or else the latest checkpoint that has a label.
  for (const event of [...events].reverse()) {
    const product = productOf(event.sku ?? events.findLast(({ sku }) => sku)?.sku);
    const label = labels[event.checkpoint]?.(event, product !== "");
    if (label) return product && event.sku ? `${product}: ${label}` : label;
  }
  return null;
}

const numbers = (unitNumbers: readonly number[] = []) => unitNumbers.map((unit) => `No. ${unit}`).join(", ");

const labels: Partial<Record<RaceEvent["checkpoint"], (event: RaceEvent, isCart: boolean) => string | null>> = {
  waiting: () => "asks for the lock",
  locked: ({ fencingToken }) => (fencingToken ? `lock, token ${fencingToken}` : "has the lock"),
  read: ({ stock }) => `reads ${stock}`,
  written: ({ stock, unitNumbers }) => `writes ${stock}, ${numbers(unitNumbers)}`,
  refused: ({ votes }) => (votes ? "gets no lock" : "sold out"),
  conflict: ({ conflict }) => `${conflict === "version" ? "version conflict" : conflict}, again`,
  lost: ({ fencingToken, fence }) => (fencingToken ? `refused: token ${fencingToken} < ${fence}` : "lost its lock"),
  answered: ({ outcome, unitNumbers }, isCart) => {
    if (outcome === "RESERVED") return isCart ? "sold the cart" : `sold ${numbers(unitNumbers)}`;
    // A lost lease keeps the label that says how it was found out.
    return outcome === "OUT_OF_STOCK" ? "sold out" : outcome === "LOCK_LOST" ? null : String(outcome);
  },
};
