import type { Arrival } from "./replay.ts";

/** Something outside the script came between: what happened is true, and not the history that was to be shown. */
export class StageSpoiled extends Error {
  override readonly name = "StageSpoiled";
}

/** @throws StageSpoiled when the shopper did not get where the script needs it. */
export function wantAt(arrival: Arrival, place: Arrival["at"]): void {
  if (arrival.at !== place) throw new StageSpoiled(`Wanted at "${place}", met at "${arrival.at}".`);
}
