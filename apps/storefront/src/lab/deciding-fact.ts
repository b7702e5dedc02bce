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

/** The first time that one shopper's release let another one in. */
function handover({ lanes }: Race): DecidingFact | undefined {
  const leaving = lanes
    .map((lane) => ({ lane, at: lane.releasedAt ?? lane.committedAt }))
    .filter((entry): entry is { lane: Lane; at: number } => entry.at !== undefined)
    .sort((a, b) => a.at - b.at);
  for (const { lane, at } of leaving) {
    const next = lanes
      .filter((other) => other !== lane && other.arrivedAt < at && Number(other.lockedAt ?? other.readAt) > at - 2)
      .filter((other) => Number(other.lockedAt ?? other.readAt) > Number(lane.readAt))
      .sort((a, b) => Number(a.lockedAt ?? a.readAt) - Number(b.lockedAt ?? b.readAt))[0];
    if (!next) continue;
    const how =
      lane.releasedAt === undefined
        ? `${lane.shopper}’s commit lets ${next.shopper} in`
        : `release wakes ${next.shopper}`;
    return { kind: "handover", at, lanes: [lane, next], text: how };
  }
  return undefined;
}
