import type { RaceEvent } from "../events.ts";

/**
 * `holding`: has the lock, or the row lock. `inside`: reads and writes while nothing keeps others out.
 * `suspended`: its machine stands still.
 */
export type LaneState = "outside" | "waiting" | "holding" | "inside" | "suspended" | "done";

export interface Lane {
  state: LaneState;
  label: string | null;
}

/** What was observed of one shopper up to now. */
export interface Observed {
  events: readonly RaceEvent[];
  suspended: boolean;
  /** For whose transaction it waits in PostgreSQL. */
  waitsFor: string | undefined;
  /** The lock store says that the lock is this shopper's. */
  holds: boolean;
  /** Names a product where there are several; empty where there is one. */
  productOf(sku: string | undefined): string;
}

/** How a shopper's lane is drawn, from nothing but observations. */
export function laneOf({ events, suspended, waitsFor, holds, productOf }: Observed): Lane {
  const last = events.at(-1);
  const label = waitsFor ? `${holds ? "has the lock, " : ""}waits for ${waitsFor}` : labelOf(events, productOf);
  if (suspended) return { state: "suspended", label };
  if (!last || last.checkpoint === "arrived") return { state: "outside", label };
  if (["answered", "released", "lost"].includes(last.checkpoint)) return { state: "done", label };
  if (waitsFor) return { state: "waiting", label };
  if (holds) return { state: "holding", label };
  if (last.checkpoint === "waiting") return { state: "waiting", label };
  return { state: "inside", label };
}

function labelOf(events: readonly RaceEvent[], productOf: Observed["productOf"]): string | null {
  // What a shopper was told, or what it last did; the checkpoints in between name no new fact.
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
  refused: () => "sold out",
  conflict: ({ conflict }) => `${conflict === "version" ? "version conflict" : conflict}, again`,
  lost: ({ fencingToken, fence }) => (fencingToken ? `refused: token ${fencingToken} < ${fence}` : "lost its lock"),
  answered: ({ outcome, unitNumbers }, isCart) => {
    if (outcome === "RESERVED") return isCart ? "sold the cart" : `sold ${numbers(unitNumbers)}`;
    // A lost lease keeps the label that says how it was found out.
    return outcome === "OUT_OF_STOCK" ? "sold out" : outcome === "LOCK_LOST" ? null : String(outcome);
  },
};
