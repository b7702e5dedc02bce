import type { Strategy } from "../api/types.ts";

/** What prevents the failure that a strategy shows, or what to compare a safe one with. */
const nextOf: Partial<Record<Strategy["name"], Strategy["name"]>> = {
  unlocked: "row-lock",
  "row-lock": "redlock+row-lock",
  "set-nx-naive": "set-nx",
  "set-nx": "redlock",
  redlock: "redlock+row-lock",
  quorum: "quorum+row-lock",
  zookeeper: "zookeeper+fencing",
  "dynamodb-lease": "dynamodb-lease+fencing",
};

/** The strategy to race the same buyers under next: one that can be used now. */
export function nextStrategy(strategy: Strategy, all: readonly Strategy[]): string {
  const next = nextOf[strategy.name];
  const isAvailable = all.find(({ name }) => name === next)?.available;
  if (next && isAvailable) return next;
  return strategy.name === "unlocked" ? "row-lock" : "unlocked";
}
