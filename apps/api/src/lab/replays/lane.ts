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
  /** Waits for another's transaction in PostgreSQL. */
  atRow: boolean;
  /** The lock store says that the lock is this shopper's. */
  holds: boolean;
}

/** How a shopper's lane is drawn, from nothing but observations. */
export function laneOf({ events, suspended, atRow, holds }: Observed): Lane {
  const last = events.at(-1);
  const label = labelOf(events, atRow);
  if (suspended) return { state: "suspended", label };
  if (!last || last.checkpoint === "arrived") return { state: "outside", label };
  if (["answered", "released", "lost"].includes(last.checkpoint)) return { state: "done", label };
  if (holds) return { state: "holding", label };
  if (last.checkpoint === "waiting" || atRow) return { state: "waiting", label };
  return { state: "inside", label };
}

function labelOf(events: readonly RaceEvent[], atRow: boolean): string | null {
  if (atRow) return "waits at the row";
  // What a shopper was told, or what it last did; the checkpoints in between name no new fact.
  for (const event of [...events].reverse()) {
    const label = labels[event.checkpoint]?.(event);
    if (label) return label;
  }
  return null;
}

const numbers = (unitNumbers: readonly number[] = []) => unitNumbers.map((unit) => `No. ${unit}`).join(", ");

const labels: Partial<Record<RaceEvent["checkpoint"], (event: RaceEvent) => string | null>> = {
  waiting: () => "asks for the lock",
  locked: ({ fencingToken }) => (fencingToken ? `lock, token ${fencingToken}` : "has the lock"),
  read: ({ stock }) => `reads ${stock}`,
  written: ({ stock, unitNumbers }) => `writes ${stock}, ${numbers(unitNumbers)}`,
  refused: () => "sold out",
  conflict: ({ conflict }) => `${conflict === "version" ? "version conflict" : conflict}, again`,
  lost: ({ fencingToken, fence }) => (fencingToken ? `refused: token ${fencingToken} < ${fence}` : "lost its lock"),
  answered: ({ outcome, unitNumbers }) => {
    if (outcome === "RESERVED") return `sold ${numbers(unitNumbers)}`;
    // A lost lease keeps the label that says how it was found out.
    return outcome === "OUT_OF_STOCK" ? "sold out" : outcome === "LOCK_LOST" ? null : String(outcome);
  },
};
