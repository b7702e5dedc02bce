import type { Lane, Race } from "./lanes.ts";

/** The one fact that decides the outcome, and where it happens. */
export interface DecidingFact {
  kind: "conflict" | "handover";
  /** Milliseconds since the race began. */
  at: number;
  /** Who was first, who came second. */
  lanes: [Lane, Lane];
  text: string;
}

export function decidingFact(race: Race): DecidingFact | undefined {
  return conflict(race) ?? handover(race);
}

/** The first pair that took the same unit: the second read what the first was about to overwrite. */
function conflict({ lanes }: Race): DecidingFact | undefined {
  const holders = new Map<number, Lane>();
  const writers = lanes
    .filter((lane) => lane.readAt !== undefined && lane.writtenAt !== undefined && lane.outcome !== "OUT_OF_STOCK")
    .sort((a, b) => Number(a.readAt) - Number(b.readAt));
  for (const lane of writers) {
    for (const unit of lane.unitNumbers) {
      const first = holders.get(unit);
      if (!first) {
        holders.set(unit, lane);
        continue;
      }
      const seen = Number(lane.readAt) < Number(first.writtenAt);
      return {
        kind: "conflict",
        at: Number(lane.readAt),
        lanes: [first, lane],
        text: `${lane.shopper} reads before ${first.shopper} has ${seen ? "written" : "committed"}`,
      };
    }
  }
  return undefined;
}

/** The first time that one buyer's release let another one in. */
function handover({ lanes }: Race): DecidingFact | undefined {
  const leaving = lanes
    .map((lane) => ({ lane, at: lane.releasedAt ?? lane.committedAt }))
    .filter((entry): entry is { lane: Lane; at: number } => entry.at !== undefined)
    .sort((a, b) => a.at - b.at);
  for (const { lane, at } of leaving) {
    // A commit and a release are told when they are over; whoever they let in may have spoken before.
    const leftFrom = lane.writtenAt ?? lane.committedAt ?? lane.readAt ?? at;
    const next = lanes
      .filter((other) => other !== lane && other.arrivedAt < at && entered(other) >= leftFrom)
      .sort((a, b) => entered(a) - entered(b))[0];
    if (!next) continue;
    const text =
      lane.releasedAt === undefined
        ? `${lane.shopper}’s commit lets ${next.shopper} in`
        : `release lets ${next.shopper} in`;
    return { kind: "handover", at: Math.min(at, entered(next)), lanes: [lane, next], text };
  }
  return undefined;
}

/** When a buyer got in: with the lock, or else with the first read. NaN, which is never first, if they did not. */
const entered = (lane: Lane): number => lane.lockedAt ?? lane.readAt ?? Number.NaN;
