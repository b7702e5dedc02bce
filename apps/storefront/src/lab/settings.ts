import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** Everything that makes a race, and the runs that are shown; all of it stands in the address. */
export interface RaceSettings {
  strategy: string;
  /** The strategy raced beside it, in compare mode. */
  against: string;
  stock: number;
  buyers: number;
  thinkTimeMs: number;
  /** The guard's TTL and longest wait; those of the system where absent. */
  lockTtlMs?: number;
  lockWaitMs?: number;
  mode: "single" | "compare";
  /** The run whose result is shown, and in compare mode the other strategy's. */
  run?: string;
  againstRun?: string;
}

export type ChangeRace = (change: Partial<RaceSettings>, options?: { push?: boolean }) => void;

export const limits = {
  stock: [1, 50],
  buyers: [2, 1000],
  thinkTimeMs: [0, 2000],
  lockTtlMs: [100, 10_000],
  lockWaitMs: [0, 10_000],
} as const;

const keys: Record<keyof RaceSettings, string> = {
  strategy: "strategy",
  against: "against",
  stock: "stock",
  buyers: "shoppers",
  thinkTimeMs: "think",
  lockTtlMs: "ttl",
  lockWaitMs: "wait",
  mode: "mode",
  run: "run",
  againstRun: "against-run",
};

export function useRaceSettings(): [RaceSettings, ChangeRace] {
  const [params, setParams] = useSearchParams();
  const settings = useMemo(() => readSettings(params), [params]);
  const change = useCallback<ChangeRace>(
    (part, { push = false } = {}) =>
      setParams((previous) => writeSettings(previous, part), { replace: !push, preventScrollReset: true }),
    [setParams],
  );
  return [settings, change];
}

/** The query string of a race with these settings. */
export const raceQuery = (settings: Partial<RaceSettings>): string =>
  String(writeSettings(new URLSearchParams(), settings));

/** A query string without the runs that it names, and without the step of one. */
export function withoutRuns(search: string): string {
  const params = new URLSearchParams(search);
  const named = [keys.run, keys.againstRun, "step"].filter((key) => params.has(key));
  if (named.length === 0) return search;
  for (const key of named) params.delete(key);
  return `?${params}`;
}

function writeSettings(previous: URLSearchParams, part: Partial<RaceSettings>): URLSearchParams {
  const before = readSettings(previous);
  const next: RaceSettings = { ...before, ...part };
  // Other settings are another race: its runs are not theirs.
  const sameRace = Object.keys(part).every((key) => ["run", "againstRun", "mode", "against"].includes(key));
  if (!sameRace) next.run = part.run;
  if (!sameRace || (part.against !== undefined && part.against !== before.against)) next.againstRun = part.againstRun;
  const compare = next.mode === "compare";
  const written = (Object.keys(keys) as (keyof RaceSettings)[])
    .filter((key) => next[key] !== undefined && (compare || (key !== "against" && key !== "againstRun")))
    .map((key) => [keys[key], String(next[key])]);
  const stage = previous.has("stage") ? [["stage", ""]] : [];
  return new URLSearchParams([...written, ...stage]);
}

export function readSettings(params: URLSearchParams): RaceSettings {
  const number = (key: keyof typeof limits): number | undefined => {
    const value = params.get(keys[key]);
    const [least, most] = limits[key];
    const parsed = value === null || value === "" ? Number.NaN : Math.round(Number(value));
    return Number.isFinite(parsed) ? Math.min(most, Math.max(least, parsed)) : undefined;
  };
  // A bare "+" in an address means a space; no strategy has one in its name.
  const name = (key: "strategy" | "against", fallback: string) =>
    (params.get(keys[key]) ?? fallback).replaceAll(" ", "+");
  return {
    strategy: name("strategy", "unlocked"),
    against: name("against", "redlock+row-lock"),
    stock: number("stock") ?? 1,
    buyers: number("buyers") ?? 2,
    thinkTimeMs: number("thinkTimeMs") ?? 100,
    lockTtlMs: number("lockTtlMs"),
    lockWaitMs: number("lockWaitMs"),
    mode: params.get(keys.mode) === "compare" ? "compare" : "single",
    run: params.get(keys.run) ?? undefined,
    againstRun: params.get(keys.againstRun) ?? undefined,
  };
}
