import type { Verdict } from "../api/types.ts";
import { plural, shortCode } from "../format.ts";
import { conflictWords } from "./conflict-words.ts";
import type { Lane, Race } from "./lanes.ts";

export interface VerdictWords {
  tone: "good" | "bad";
  headline: string;
  sentence: string;
}

const times = ["never", "once", "twice", "three times", "four times", "five times", "six times"];

/** The result in one headline and one sentence. */
export function verdictWords(verdict: Verdict, race: Race, strategyIsSafe: boolean): VerdictWords {
  const { initialStock, unitsSold, unitsOversold, passed } = verdict;
  if (unitsOversold > 0) {
    const headline =
      initialStock === 1
        ? `Sold ${times[unitsSold] ?? `${unitsSold} times`}.`
        : unitsSold > initialStock
          ? `${unitsSold} sold of ${initialStock}.`
          : `${unitsOversold} sold too many.`;
    return { tone: "bad", headline, sentence: oversoldSentence(verdict, race) };
  }
  if (!passed) {
    return {
      tone: "bad",
      headline: verdict.lostUpdates > 0 ? "An update was lost." : "Not sold rightly.",
      sentence: verdict.evidence[0]?.message ?? "The ledger and the answers do not agree.",
    };
  }
  const headline =
    unitsSold === 0
      ? "Sold to nobody."
      : initialStock === 1
        ? "Sold once."
        : unitsSold === initialStock
          ? `All ${initialStock} sold, each once.`
          : `${unitsSold} sold, each once.`;
  const luck = strategyIsSafe ? "" : "Luck, this time: nothing kept the shoppers apart. Race again. ";
  return { tone: "good", headline, sentence: luck + safeSentence(verdict, race) };
}

function oversoldSentence(verdict: Verdict, race: Race): string {
  const twice = verdict.evidence.filter((entry) => entry.kind === "unit-sold-twice");
  const unit = twice[0]?.unit;
  const orders = [...new Set(twice.filter((entry) => entry.unit === unit).flatMap((entry) => entry.orders ?? []))];
  const named = orders.slice(0, 3).map(shortCode);
  const more = orders.length - named.length;
  const who =
    named.length === 2 && more === 0
      ? `Orders ${named.join(" and ")} both`
      : more > 0
        ? `Orders ${named.join(", ")} and ${more} more all`
        : `Orders ${named.slice(0, -1).join(", ")} and ${named.at(-1)} all`;
  const reader = race.lanes.find(
    (lane) => unit !== undefined && lane.unitNumbers.includes(unit) && lane.readStock !== undefined,
  );
  const why = reader
    ? `: ${orders.length === 2 ? "both" : "all"} had read a stock of ${reader.readStock} before ${orders.length === 2 ? "either" : "any of them"} had committed ${reader.writtenStock}.`
    : ".";
  const lost =
    verdict.lostUpdates > 0
      ? ` ${plural(verdict.lostUpdates, "lost update")}: a write that overwrote another’s unseen.`
      : "";
  return `${who} took unit No. ${unit}${why}${lost}`;
}

function safeSentence(verdict: Verdict, race: Race): string {
  const refused = race.lanes.filter((lane) => lane.outcome === "OUT_OF_STOCK");
  const busy = race.lanes.filter(
    (lane) => lane.outcome !== undefined && !["OUT_OF_STOCK", "RESERVED", "LOCK_LOST"].includes(lane.outcome),
  );
  const lost = race.lanes.find((lane) => lane.outcome === "LOCK_LOST");
  if (race.lanes.length === 2 && lost) return lostSentence(lost);
  const [only] = refused;
  if (race.lanes.length === 2 && only) {
    const waited = only.waitedMs === undefined ? "" : `waited ${Math.round(only.waitedMs)} ms for the lock, `;
    const [conflict] = only.conflicts;
    const undone = conflict ? `was undone by ${conflictWords(conflict.conflict)}, began again, ` : "";
    return `Shopper ${only.shopper} ${waited}${undone}read a stock of ${only.readStock ?? 0}, and was told the truth.`;
  }
  const answers = Object.entries(verdict.answers);
  const soldOut = answers.find(([outcome]) => outcome === "OUT_OF_STOCK")?.[1] ?? refused.length;
  const parts = [`${plural(verdict.orders, "order")}, no number twice`];
  if (soldOut > 0)
    parts.push(
      `${plural(soldOut, "shopper")} read that nothing was left and ${soldOut === 1 ? "was" : "were"} told so`,
    );
  const lostCount = verdict.answers.LOCK_LOST ?? 0;
  if (lostCount > 0)
    parts.push(
      `${plural(lostCount, "shopper")} lost the lock before writing, changed nothing and ${lostCount === 1 ? "was" : "were"} told so`,
    );
  const busyCount =
    answers
      .filter(([o]) => !["OUT_OF_STOCK", "RESERVED", "LOCK_LOST"].includes(o))
      .reduce((sum, [, n]) => sum + n, 0) || busy.length;
  if (busyCount > 0)
    parts.push(
      `${plural(busyCount, "shopper")} gave up waiting and ${busyCount === 1 ? "was" : "were"} told to try again`,
    );
  const longest = verdict.waitingMs.max > 0 ? ` The longest wait was ${Math.round(verdict.waitingMs.max)} ms.` : "";
  return `${parts.join("; ")}.${longest}`;
}

function lostSentence({ shopper, lost }: Lane): string {
  const why = lost?.fence
    ? `PostgreSQL had seen token ${lost.fence} and refused the stale ${lost.fencingToken}`
    : "its lease ran out before the order was placed";
  return `Shopper ${shopper} lost the lock: ${why}. Nothing was written in its name, and it was told so.`;
}
