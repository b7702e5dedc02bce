import type { Verdict } from "../api/types.ts";
import { plural } from "../format.ts";
import type { Lane, Race } from "./race/lanes.ts";

export interface VerdictWords {
  /** `open`: right this time, and no more than that. */
  tone: "good" | "bad" | "open";
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
  const [first] = verdict.evidence;
  if (first?.kind === "nobody-served") {
    return { tone: "open", headline: "Nobody was served.", sentence: safeSentence(verdict, race) };
  }
  if (!passed) {
    return {
      tone: "bad",
      headline: verdict.lostUpdates > 0 ? "An update was lost." : "The result is wrong.",
      sentence: first?.message ?? "The ledger and the answers do not agree.",
    };
  }
  const headline =
    unitsSold === 0
      ? "No units sold."
      : initialStock === 1
        ? "Sold once."
        : unitsSold === initialStock
          ? `All ${initialStock} sold, each once.`
          : `${unitsSold} sold, each once.`;
  if (!strategyIsSafe) {
    const sentence = "Nothing kept the buyers apart; this time their reads and writes did not overlap. Race again.";
    return { tone: "open", headline: `${headline.replace(/\.$/, "")}: luck.`, sentence };
  }
  if (unitsSold === 0) return { tone: "open", headline, sentence: safeSentence(verdict, race) };
  return { tone: "good", headline, sentence: safeSentence(verdict, race) };
}

function oversoldSentence(verdict: Verdict, race: Race): string {
  const twice = verdict.evidence.filter((entry) => entry.kind === "unit-sold-twice");
  const unit = twice[0]?.unit;
  const holders = race.lanes.filter(
    ({ outcome, unitNumbers }) => outcome === "RESERVED" && unit !== undefined && unitNumbers.includes(unit),
  );
  const orders = new Set(twice.filter((entry) => entry.unit === unit).flatMap((entry) => entry.orders ?? []));
  const [first, second] = holders.map(({ shopper }) => shopper).sort();
  const who =
    first && second && orders.size === 2
      ? `Buyers ${first} and ${second} both hold No. ${unit}`
      : `${plural(orders.size, "order")} hold No. ${unit}`;
  const reader = holders.find(({ readStock }) => readStock !== undefined);
  if (!reader) return `${who}.`;
  const [all, any] = orders.size === 2 ? ["both", "either"] : ["all", "any of them"];
  return `${who}: ${all} read a stock of ${reader.readStock} before ${any} had committed ${reader.writtenStock}.`;
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
    const retried = conflict ? `was rolled back by ${conflictWords(conflict.conflict)}, retried, ` : "";
    return `Buyer ${only.shopper} ${waited}${retried}read a stock of ${only.readStock ?? 0}, and was correctly told it was sold out.`;
  }
  const answers = Object.entries(verdict.answers);
  const soldOut = answers.find(([outcome]) => outcome === "OUT_OF_STOCK")?.[1] ?? refused.length;
  const parts = [`${plural(verdict.orders, "order")}, no number twice`];
  if (soldOut > 0)
    parts.push(
      `${plural(soldOut, "buyer")} read a stock of 0 and ${soldOut === 1 ? "was" : "were"} told it was sold out`,
    );
  const lostCount = verdict.answers.LOCK_LOST ?? 0;
  if (lostCount > 0) parts.push(`${plural(lostCount, "buyer")} lost the lock before writing and bought nothing`);
  const busyCount =
    answers
      .filter(([o]) => !["OUT_OF_STOCK", "RESERVED", "LOCK_LOST"].includes(o))
      .reduce((sum, [, n]) => sum + n, 0) || busy.length;
  if (busyCount > 0)
    parts.push(
      `${plural(busyCount, "buyer")} gave up waiting and ${busyCount === 1 ? "was" : "were"} told to try again`,
    );
  const longest = verdict.waitingMs.max > 0 ? ` The longest wait was ${Math.round(verdict.waitingMs.max)} ms.` : "";
  return `${parts.join("; ")}.${longest}`;
}

function lostSentence({ shopper, lost }: Lane): string {
  const why = lost?.fence
    ? `PostgreSQL had stored token ${lost.fence} and rejected the lower token ${lost.fencingToken}`
    : "its lease expired before the order was placed";
  return `Buyer ${shopper} lost the lock: ${why}. Nothing was written, and the buyer was told so.`;
}

/** What the receipt of a refused buyer says, by the answer's code. */
export function refusalStamp(code: string): { above: string; word: string } {
  if (code === "OUT_OF_STOCK") return { above: "not bought", word: "sold out" };
  if (code === "LOCK_LOST") return { above: "not bought", word: "lock lost" };
  if (code === "LOCK_BUSY") return { above: "not bought", word: "too busy" };
  return { above: "not bought", word: "try again" };
}

const conflicts: Record<string, string> = {
  version: "a version conflict",
  "40001": "a serialization failure (40001)",
  "40P01": "a deadlock (40P01)",
};

/** What rolled a transaction back, from a checkpoint's `conflict`: `version` or a SQLSTATE. */
export const conflictWords = (conflict: string): string => conflicts[conflict] ?? `a conflict (${conflict})`;
