import type { EventType, HistoryEvent } from "./event.ts";

export interface Recorder {
  /** Writes an `invoke`, and gives back how to write its end. */
  invoke<V>(process: number, f: string, value?: V): (type: Exclude<EventType, "invoke">, value?: unknown) => void;
}

/**
 * Records events in the order in which they happen. Write the `invoke` before the request is sent and the end after its
 * answer has arrived; otherwise a correct system may be blamed. O(1) for each event.
 *
 * @param write is given each event, for example to append `historyLine(event)` to a file.
 * @param now reads a monotonic clock in integer nanoseconds.
 */
export function createRecorder(write: (event: HistoryEvent) => void, now: () => number = monotonicNow): Recorder {
  return {
    invoke(process, f, value) {
      write({ time: now(), process, type: "invoke", f, value });
      return (type, answer) => write({ time: now(), process, type, f, value: answer });
    },
  };
}

/** The event as one line of a history file, with its line break. O(size of the event). */
export function historyLine(event: HistoryEvent): string {
  const { time, process, type, f, value, ...more } = event;
  return `${JSON.stringify({ time, process, type, f, value, ...more })}\n`;
}

function monotonicNow(): number {
  return Math.round(performance.now() * 1e6);
}
