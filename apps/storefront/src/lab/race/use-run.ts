import { useMemo } from "react";
import type { Strategy } from "../../api/types.ts";
import type { RaceSettings } from "../settings.ts";
import { toRace } from "./lanes.ts";
import { useRace } from "./use-race.ts";

export type RunOfRace = ReturnType<typeof useRun>;

/** A strategy's race: its state, and its lanes. */
export function useRun(strategy: Strategy, settings: RaceSettings, shownRun: string | undefined, token?: string) {
  const { click, ...state } = useRace({ ...settings, strategy: strategy.name }, shownRun, token);
  const { stock } = settings;
  const race = useMemo(() => toRace(state.events, stock, strategy.safe), [state.events, stock, strategy.safe]);
  return { strategy, state, race, click };
}
