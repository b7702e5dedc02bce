import { type HistoryEvent, show } from "./event.ts";
import { HistoryError } from "./history-error.ts";
import type { History, Operation } from "./operation.ts";
import { inOrder, type NumberedEvent } from "./order.ts";

/** What an event was: the beginning or the end of a call. `failed` calls end without an operation. */
export type Step =
  | { readonly kind: "call"; readonly call: OpenCall }
  | { readonly kind: "end"; readonly call: OpenCall; readonly ended: Operation | "failed" };

/** A call that may not be answered yet. */
export interface OpenCall {
  readonly process: number;
  readonly name?: string;
  readonly f: string;
  readonly value: unknown;
  readonly calledAt: number;
  readonly calledNs: number;
  readonly line: number;
}

/** Puts calls and answers together, one event at a time, and refuses what cannot be. Memory: the open calls and processes. */
export class Pairing {
  readonly #open = new Map<number, OpenCall>();
  /** The line on which a process was given up. */
  readonly #crashed = new Map<number, number>();
  /** The latest time so far. A clock that runs backwards stands still instead: order is the events' own. */
  #now = Number.NEGATIVE_INFINITY;
  #events = 0;
  #failed = 0;

  /**
   * O(1).
   * @throws HistoryError with the line of the event.
   */
  add(event: HistoryEvent, line: number): Step {
    const { time, process, type, f, value, name } = event;
    this.#now = Math.max(this.#now, time);
    this.#events += 1;
    const at = this.#events;
    const open = this.#open.get(process);

    if (type === "invoke") {
      const crashedOn = this.#crashed.get(process);
      if (crashedOn !== undefined) {
        throw new HistoryError(
          `process ${process} acts again after its "info" on line ${crashedOn}; a new process number was expected`,
          line,
        );
      }
      if (open) {
        throw new HistoryError(
          `process ${process} calls ${f} while its ${open.f} of line ${open.line} is open; one call at a time was expected`,
          line,
        );
      }
      const named = typeof name === "string" && name !== "" ? { name } : {};
      const call: OpenCall = { process, ...named, f, value, calledAt: at, calledNs: this.#now, line };
      this.#open.set(process, call);
      return { kind: "call", call };
    }

    if (!open) throw new HistoryError(`"${type}" of process ${process} without an "invoke" before it`, line);
    if (open.f !== f) {
      throw new HistoryError(`"${type}" of ${show(f)} where process ${process} had called ${show(open.f)}`, line);
    }
    this.#open.delete(process);
    if (type === "info") this.#crashed.set(process, line);
    if (type === "fail") this.#failed += 1;
    const ended = type === "fail" ? "failed" : type === "ok" ? this.#answered(open, value, line) : unanswered(open);
    return { kind: "end", call: open, ended };
  }

  #answered(call: OpenCall, answer: unknown, answeredLine: number): Operation {
    return { ...call, type: "ok", answer, answeredAt: this.#events, answeredNs: this.#now, answeredLine };
  }

  /** What is still open when the history ends: nobody knows what became of it. O(open calls). */
  rest(): Operation[] {
    return [...this.#open.values()].map(unanswered);
  }

  get counts(): { events: number; failed: number } {
    return { events: this.#events, failed: this.#failed };
  }
}

/**
 * The operations of a whole history in memory, in the order of their calls. O(n log n).
 * @throws HistoryError where the events are no history; its line is the event's place in the list.
 */
export function pairEvents(events: Iterable<HistoryEvent>): History {
  return pairNumbered(Array.from(events, (event, index) => ({ event, line: index + 1 })));
}

/** The same of events that know their line. */
export function pairNumbered(numbered: readonly NumberedEvent[]): History {
  const pairing = new Pairing();
  const operations: Operation[] = [];
  for (const { event, line } of inOrder(numbered)) {
    const step = pairing.add(event, line);
    if (step.kind === "end" && step.ended !== "failed") operations.push(step.ended);
  }
  operations.push(...pairing.rest());
  return { operations: operations.sort((a, b) => a.calledAt - b.calledAt), ...pairing.counts };
}

function unanswered(call: OpenCall): Operation {
  return { ...call, type: "info", answeredAt: Number.POSITIVE_INFINITY, answeredNs: Number.POSITIVE_INFINITY };
}
