import { useCallback, useEffect, useRef, useState } from "react";
import { codeOf, sentenceFor } from "../../api/problems.ts";
import type { LabHeaders } from "../lab-access.tsx";
import { crowdHome, measureCrowd, type Point, perSecond } from "./measure-crowd.ts";

export type SideIndex = 0 | 1;

/** The step that is being measured. */
export interface UnderWay {
  side: SideIndex;
  crowd: number;
  unitsPerSecond: number;
  units: number;
}

export interface Comparison {
  phase: "idle" | "warming-up" | "measuring" | "done" | "stopped" | "failed";
  points: readonly [readonly Point[], readonly Point[]];
  now?: UnderWay;
  /** Steps measured, of both sides. */
  measured: number;
  problem?: string;
}

/** How long the buyers of a step order. */
export const CROWD_MS = 1_500;
const WARM_UP = { crowd: 30, forMs: 500 };
const sides: readonly SideIndex[] = [0, 1];
const idle: Comparison = { phase: "idle", points: [[], []], measured: 0 };

/** Measures both strategies alternately, step by step, and keeps the figures when it is stopped or refused. */
export function useComparison(strategies: readonly [string, string], crowds: readonly number[], headers: LabHeaders) {
  const [state, setState] = useState<Comparison>(idle);
  const current = useRef<AbortController>(undefined);
  /** The run that was aborted: its buyers go on for some seconds, and would distort the next measurement. */
  const leftBehind = useRef<string>(undefined);
  const [first, second] = strategies;
  const sizes = crowds.join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice is another comparison.
  useEffect(
    () => () => {
      current.current?.abort();
      setState(idle);
    },
    [first, second, sizes],
  );

  const start = useCallback(async () => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    const { signal } = controller;
    const show = (change: Partial<Comparison> | ((before: Comparison) => Comparison)) =>
      setState((before) =>
        signal.aborted ? before : typeof change === "function" ? change(before) : { ...before, ...change },
      );
    const measure = async (side: SideIndex, crowd: number, forMs: number, visible: boolean) => {
      const strategy = [first, second][side] as string;
      const point = await measureCrowd({
        ...{ strategy, crowd, forMs, headers, signal },
        onRun: (runId) => {
          leftBehind.current = runId;
        },
        onSales: ({ distinctUnits: units, elapsedMs }) =>
          visible && show({ now: { side, crowd, units, unitsPerSecond: perSecond(units, elapsedMs) } }),
      });
      leftBehind.current = undefined;
      return point;
    };

    setState({ ...idle, phase: "warming-up" });
    try {
      if (leftBehind.current) await crowdGone(leftBehind.current, headers, signal);
      for (const side of sides) await measure(side, WARM_UP.crowd, WARM_UP.forMs, false);
      for (const crowd of sizes.split(",").map(Number)) {
        for (const side of sides) {
          show({ phase: "measuring", now: { side, crowd, unitsPerSecond: 0, units: 0 } });
          const point = await measure(side, crowd, CROWD_MS, true);
          show((before) => ({
            ...before,
            now: undefined,
            points: withPoint(before.points, side, point),
            measured: before.measured + 1,
          }));
        }
      }
      show({ phase: "done" });
    } catch (error) {
      show({ phase: "failed", now: undefined, problem: sentenceFor(error) });
    }
  }, [first, second, sizes, headers]);

  const stop = useCallback(() => {
    current.current?.abort();
    setState((before) => ({ ...before, phase: "stopped", now: undefined }));
  }, []);

  return { ...state, start, stop };
}

/** Waits until a run's buyers have finished. A run that was deleted in the meantime has none left. */
async function crowdGone(runId: string, headers: LabHeaders, signal: AbortSignal): Promise<void> {
  await crowdHome(runId, headers, signal).catch((error) => {
    if (codeOf(error) !== "RUN_NOT_FOUND") throw error;
  });
}

function withPoint(points: Comparison["points"], side: SideIndex, point: Point): Comparison["points"] {
  const [first, second] = points;
  return side === 0 ? [[...first, point], second] : [first, [...second, point]];
}
