import type { Operation } from "../history/operation.ts";

/** So many operations are drawn at most: the last ones. More cannot be read. */
const drawn = 40;

export interface Bar {
  readonly operation: Operation;
  readonly lane: number;
  /** Where it begins and ends, in 0 … 1 of the width. */
  readonly from: number;
  readonly to: number;
  readonly isMarked: boolean;
}

export interface Lanes {
  readonly processes: readonly number[];
  readonly bars: readonly Bar[];
  /** Operations that are not drawn. */
  readonly left: number;
}

/**
 * Lays operations out in one lane for each process. Not to scale: calls and answers keep their order and get the same
 * distance, because a gap of seconds between microseconds could not be read. O(n log n).
 */
export function lanesOf(operations: readonly Operation[], marked: Operation | undefined): Lanes {
  const shown = operations.slice(-drawn);
  const times = new Set<number>();
  for (const { calledAt, answeredAt } of shown) {
    times.add(calledAt);
    if (Number.isFinite(answeredAt)) times.add(answeredAt);
  }
  const places = new Map([...times].sort((a, b) => a - b).map((time, index) => [time, index]));
  const last = Math.max(places.size, 1);
  const place = (time: number) => (places.get(time) ?? last) / last;
  const processes = [...new Set(shown.map(({ process }) => process))].sort((a, b) => a - b);
  const bars = shown.map((operation) => ({
    operation,
    lane: processes.indexOf(operation.process),
    from: place(operation.calledAt),
    to: place(operation.answeredAt),
    isMarked: operation === marked,
  }));
  return { processes, bars, left: operations.length - shown.length };
}
