import type { Strategy } from "../../api/types.ts";
import { strategyName } from "../strategy-names.ts";
import type { Point } from "./measure-crowd.ts";

export type Tone = "safe" | "other" | "unsafe" | "other-unsafe";

/** One of the two that are compared, as the chart, the figures and the table show it. */
export interface Side {
  name: string;
  /** Its colour; the line's dashes and the marks tell the two apart as well. */
  tone: Tone;
  /** Drawn with dashes and squares. */
  second: boolean;
  points: readonly Point[];
}

export function sidesOf(
  strategies: readonly [Strategy, Strategy],
  points: readonly [readonly Point[], readonly Point[]],
): [Side, Side] {
  const [first, second] = strategies;
  const secondTone = second.safe ? (first.safe ? "other" : "safe") : first.safe ? "unsafe" : "other-unsafe";
  return [
    { name: strategyName(first.name), tone: first.safe ? "safe" : "unsafe", second: false, points: points[0] },
    { name: strategyName(second.name), tone: secondTone, second: true, points: points[1] },
  ];
}
