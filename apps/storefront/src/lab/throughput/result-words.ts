import type { VerdictWords } from "../verdict-words.ts";
import type { Point } from "./measure-crowd.ts";
import { buyers, rate, wholeNumber } from "./number-format.ts";

export interface Measured {
  name: string;
  points: readonly Point[];
}

/** Nearer than this, two measurements of a second or two on a shared machine are the same. */
const ABOUT_THE_SAME = 1.1;

/** The result at the largest number of buyers that both were measured with. */
export function resultWords(first: Measured, second: Measured): VerdictWords | undefined {
  const largest = first.points.findLast(({ crowd }) => second.points.some((point) => point.crowd === crowd))?.crowd;
  const [a, b] = [first, second].map(({ points }) => points.find(({ crowd }) => crowd === largest));
  if (!a || !b || largest === undefined) return undefined;
  const [fast, slow, faster, slower] =
    a.unitsPerSecond >= b.unitsPerSecond ? [a, b, first, second] : [b, a, second, first];
  const withCrowd = `With ${buyers(largest)}`;
  if (fast.unitsPerSecond === 0) {
    return { tone: "bad", headline: "Nothing sold.", sentence: `${withCrowd}, neither sold a single unit.` };
  }
  const again = `${soldAgainSentence(faster)}${soldAgainSentence(slower)}${turnedAwaySentence([
    [faster, fast],
    [slower, slow],
  ])}`;
  if (slow.unitsPerSecond === 0) {
    const sentence = `${withCrowd}, ${faster.name} sold ${rate(fast.unitsPerSecond)} units a second${keptApart(fast)}. ${slower.name} sold none.${again}`;
    return { ...judged(fast, slow, "Only one of them sold."), sentence };
  }
  const ratio = fast.unitsPerSecond / slow.unitsPerSecond;
  if (ratio < ABOUT_THE_SAME) {
    const sentence = `${withCrowd}, ${first.name} sold about as many units a second as ${second.name}.${again}`;
    const [cleaner, other] = fast.oversold <= slow.oversold ? [fast, slow] : [slow, fast];
    return { ...judged(cleaner, other, "About as fast."), sentence };
  }
  const sentence = `${withCrowd}, ${faster.name} sold ${inWords(ratio)} as many units a second as ${slower.name}${keptApart(fast)}.${again}`;
  return { ...judged(fast, slow, `${timesOf(ratio)} times the units.`), sentence };
}

/** 9.34 is "9.3"; from 10 on, whole numbers. */
export const timesOf = (ratio: number): string =>
  ratio >= 9.95 ? wholeNumber(ratio) : ratio.toFixed(1).replace(/\.0$/, "");

const inWords = (ratio: number) => (timesOf(ratio) === "2" ? "twice" : `${timesOf(ratio)} times`);

const keptApart = ({ oversold }: Point) => (oversold === 0 ? ", and none of them twice" : "");

function judged(fast: Point, slow: Point, headline: string): Pick<VerdictWords, "tone" | "headline"> {
  if (fast.oversold === 0) return { tone: "good", headline };
  const both = slow.oversold > 0;
  return {
    tone: "bad",
    headline: both ? "Both sold units twice." : `${headline.replace(/\.$/, "")}, some twice.`,
  };
}

function soldAgainSentence({ name, points }: Measured): string {
  const oversold = points.reduce((sum, point) => sum + point.oversold, 0);
  if (oversold === 0) return "";
  return ` Over all steps, ${name} oversold ${wholeNumber(oversold)} ${oversold === 1 ? "unit" : "units"}.`;
}

function turnedAwaySentence(met: readonly (readonly [Measured, Point])[]): string {
  const turnedAway = met.filter(([, { refused }]) => refused > 0);
  if (turnedAway.length === 0) return "";
  const told = turnedAway.map(([{ name }, { refused }]) => `${wholeNumber(refused)} by ${name}`);
  return ` This load was too high for this machine; rejected checkouts: ${told.join(" and ")}.`;
}
