import type { HistoryEvent } from "./event.ts";

export interface NumberedEvent {
  readonly event: HistoryEvent;
  readonly line: number;
}

/**
 * Events in the order in which they happened: as they are written, or by `index` where each has one of its own. Never by
 * their time, which runs backwards where threads read their clocks before they take their turn to write. O(n log n).
 */
export function inOrder(events: readonly NumberedEvent[]): readonly NumberedEvent[] {
  if (!events.every(({ event }) => Number.isInteger(event.index))) return events;
  const sorted = events.toSorted((a, b) => indexOf(a) - indexOf(b));
  const isUnique = sorted.every((event, at) => at === 0 || indexOf(event) > indexOf(sorted[at - 1] as NumberedEvent));
  return isUnique ? sorted : events;
}

export const indexOf = ({ event }: NumberedEvent): number => event.index as number;
