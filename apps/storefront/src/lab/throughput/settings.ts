import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** What is compared; all of it stands in the address. */
export interface ThroughputSettings {
  strategy: string;
  against: string;
  /** How many buyers come at once, ascending. */
  crowds: readonly number[];
  /** Why the address's sizes are not used. */
  problem?: string;
}

export const USUAL_CROWDS: readonly number[] = [1, 3, 10, 30, 100, 300, 1000];
/** For a lesson: about 15 seconds. */
export const SHORT_CROWDS: readonly number[] = [1, 10, 100];
const LARGEST = 1_000;
const MOST_CROWDS = 12;

type Change = Partial<Record<"strategy" | "against" | "crowds", string | undefined>>;

export function useThroughputSettings(): [ThroughputSettings, (change: Change) => void] {
  const [params, setParams] = useSearchParams();
  const settings = useMemo(() => readSettings(params), [params]);
  const change = useCallback(
    (part: Change) => {
      setParams(
        (previous) => {
          const next = new URLSearchParams(previous);
          for (const [key, value] of Object.entries(part)) {
            if (value === undefined) next.delete(key);
            else next.set(key, value);
          }
          return next;
        },
        { replace: true, preventScrollReset: true },
      );
    },
    [setParams],
  );
  return [settings, change];
}

export function readSettings(params: URLSearchParams): ThroughputSettings {
  // A bare "+" in an address means a space; no strategy has one in its name.
  const name = (key: string, fallback: string) => (params.get(key) ?? fallback).replaceAll(" ", "+");
  return {
    strategy: name("strategy", "group-commit"),
    against: name("against", "unlocked"),
    ...readCrowds(params.get("crowds")),
  };
}

function readCrowds(text: string | null): Pick<ThroughputSettings, "crowds" | "problem"> {
  if (text === null) return { crowds: USUAL_CROWDS };
  const sizes = text.split(",").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (sizes.every((size) => size >= 1 && size <= LARGEST) && sizes.length <= MOST_CROWDS) {
    return { crowds: [...new Set(sizes)].sort((a, b) => a - b) };
  }
  const problem = `“crowds=${text}” in the address is not understood: up to ${MOST_CROWDS} whole numbers from 1 to ${LARGEST}, with commas between them, for example crowds=1,10,30. The usual sizes are used.`;
  return { crowds: USUAL_CROWDS, problem };
}
