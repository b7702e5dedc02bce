import type { RaceEvent } from "../../api/types.ts";
import { conflictWords } from "../verdict-words.ts";
import type { NodeVote } from "./votes.tsx";
import { countWords } from "./votes.tsx";

/** One thing that happened in a race, to be told on its drawing. */
export interface RaceStep {
  /** Milliseconds since the race began. */
  at: number;
  sentence: string;
  /** How the lock's nodes voted in it. */
  nodes?: readonly NodeVote[];
}

/** A race's checkpoints as sentences, in order of time, for the buyers that are drawn. */
export function raceSteps(events: readonly RaceEvent[], buyers: ReadonlySet<string>): RaceStep[] {
  const sorted = [...events].sort((a, b) => a.at - b.at);
  const start = sorted[0]?.at ?? 0;
  const steps: RaceStep[] = [];
  /** Who has read the stock row and neither written nor left, with what they read. */
  const between = new Map<string, number>();
  for (const event of sorted) {
    const sentence = sentenceOf(event, between);
    if (event.checkpoint === "read" && event.stock !== undefined) between.set(event.shopper, event.stock);
    if (["committed", "conflict", "lost", "answered"].includes(event.checkpoint)) between.delete(event.shopper);
    if (!sentence || !buyers.has(event.shopper)) continue;
    const nodes = event.checkpoint === "locked" || event.checkpoint === "refused" ? event.votes?.nodes : undefined;
    steps.push({ at: event.at - start, sentence, ...(nodes && nodes.length > 0 && { nodes }) });
  }
  return steps;
}

function sentenceOf(event: RaceEvent, between: ReadonlyMap<string, number>): string | undefined {
  const { checkpoint, shopper, stock, votes, unitNumbers = [] } = event;
  const buyer = `Buyer ${shopper}`;
  switch (checkpoint) {
    case "arrived":
      return `${buyer}’s checkout reaches ${event.replica.replace("-", " ")}.`;
    case "waiting":
      return `${buyer} waits for the lock.`;
    case "refused":
      return votes && `${buyer} does not get the lock: ${countWords(votes.nodes)}.`;
    case "locked": {
      const voted = votes && votes.nodes.length > 0 ? `: ${countWords(votes.nodes)}` : "";
      return `${buyer} has the lock after ${Math.round(event.waitedMs ?? 0)} ms${voted}.`;
    }
    case "read": {
      const other = [...between].find(([name, read]) => name !== shopper && read === stock)?.[0];
      if (other && Number(stock) > 0) return `${buyer} reads a stock of ${stock} too: ${other} has not committed yet.`;
      return `${buyer} reads a stock of ${stock}.`;
    }
    case "written":
      return `${buyer} writes a stock of ${stock} and takes ${unitNames(unitNumbers)}. Nobody else sees it before the commit.`;
    case "committed":
      return `${buyer}’s transaction commits.`;
    case "released":
      return `${buyer} releases the lock.`;
    case "conflict":
      return `PostgreSQL rolls back ${buyer}’s transaction: ${conflictWords(event.conflict ?? "unknown")}. It starts again.`;
    case "lost":
      return event.fence
        ? `PostgreSQL rejects ${buyer}’s write: its token ${event.fencingToken} is lower than ${event.fence}.`
        : `${buyer}’s lease has expired before the write.`;
    case "answered":
      if (event.outcome === "RESERVED") return `${buyer} is told: ${unitNames(unitNumbers)} is yours.`;
      return event.outcome === "OUT_OF_STOCK" ? `${buyer} is told: sold out.` : `${buyer} is told: ${event.outcome}.`;
    default:
      return undefined;
  }
}

const unitNames = (numbers: readonly number[]) => `No. ${numbers.join(", ")}`;
