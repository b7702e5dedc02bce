import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** Everything that makes a race; all of it stands in the address. */
export interface RaceSettings {
  strategy: string;
  /** The strategy raced beside it, in compare mode. */
  against: string;
  stock: number;
  shoppers: number;
  thinkTimeMs: number;
  mode: "single" | "compare";
}

export const limits = { stock: [1, 50], shoppers: [2, 1000], thinkTimeMs: [0, 500] } as const;
const keys = {
  strategy: "strategy",
  against: "against",
  stock: "stock",
  shoppers: "shoppers",
  thinkTimeMs: "think",
  mode: "mode",
} as const;

export function useRaceSettings(): [RaceSettings, (change: Partial<RaceSettings>) => void] {
  const [params, setParams] = useSearchParams();
  const settings = useMemo(() => readSettings(params), [params]);
  const change = useCallback(
    (part: Partial<RaceSettings>) => {
      setParams(
        (previous) => {
          const next = { ...readSettings(previous), ...part };
          return new URLSearchParams(
            (Object.keys(keys) as (keyof RaceSettings)[])
              .filter((key) => key !== "against" || next.mode === "compare")
              .map((key) => [keys[key], String(next[key])]),
          );
        },
        { replace: true, preventScrollReset: true },
      );
    },
    [setParams],
  );
  return [settings, change];
}

function readSettings(params: URLSearchParams): RaceSettings {
  const number = (key: keyof typeof limits, fallback: number) => {
    const value = params.get(keys[key]);
    const [least, most] = limits[key];
    const parsed = value === null || value === "" ? fallback : Math.round(Number(value));
    return Number.isFinite(parsed) ? Math.min(most, Math.max(least, parsed)) : fallback;
  };
  return {
    // A bare "+" in an address means a space; no strategy has one in its name.
    strategy: (params.get(keys.strategy) ?? "unlocked").replaceAll(" ", "+"),
    against: (params.get(keys.against) ?? "redlock+row-lock").replaceAll(" ", "+"),
    stock: number("stock", 1),
    shoppers: number("shoppers", 2),
    thinkTimeMs: number("thinkTimeMs", 40),
    mode: params.get(keys.mode) === "compare" ? "compare" : "single",
  };
}
