/**
 * One line of a history, in Jepsen's vocabulary. `V` is the value, whose shape depends on `f` and on the model.
 *
 * - `invoke`: a process calls.
 * - `ok`: the call was answered; `value` holds the answer.
 * - `fail`: the call certainly had no effect, and its answer claims nothing about the state.
 * - `info`: the call may have had its effect, or may have it later, or never. Its process never acts again.
 */
export interface HistoryEvent<V = unknown> {
  /**
   * Integer nanoseconds of one clock: for leases, drawings and sentences. It does not order the events, because clocks that
   * several threads read run backwards by some microseconds.
   */
  readonly time: number;
  /** The event's place in the history, where the events are not written in their order. Counts if every event has one. */
  readonly index?: number;
  /** Who acts: an integer from 0. A process has one open call at a time. */
  readonly process: number;
  readonly type: EventType;
  /** The name of the operation, such as `reserve`. */
  readonly f: string;
  readonly value?: V;
  /** What people call the process; in drawings and sentences it stands for the number. */
  readonly name?: string;
}

export type EventType = "invoke" | "ok" | "fail" | "info";

const eventTypes: readonly string[] = ["invoke", "ok", "fail", "info"] satisfies EventType[];

/** The events and values of the stock model, for those who write recorders in TypeScript. */
export interface CartLine {
  readonly sku: string;
  /** At least 1. */
  readonly quantity: number;
  /** The unit numbers taken or given back, where they are known. */
  readonly units?: readonly number[];
}

export type Cart = CartLine | { readonly lines: readonly CartLine[] };
export type ReserveAnswer =
  | { readonly outcome: "reserved"; readonly units?: readonly number[]; readonly lines?: readonly CartLine[] }
  | { readonly outcome: "sold-out" };
export type ReadAnswer = { readonly stock: number };

/**
 * Checks that something just parsed is an event. O(1).
 * @returns what is wrong with it, as the end of a sentence, or `undefined`.
 */
export function faultOf(thing: unknown): string | undefined {
  if (typeof thing !== "object" || thing === null || Array.isArray(thing)) return "is no object";
  const { time, process, type, f } = thing as Record<string, unknown>;
  if (!Number.isInteger(time)) return `needs "time" as integer nanoseconds, and has ${show(time)}`;
  if (!Number.isInteger(process) || (process as number) < 0) {
    return `needs "process" as an integer from 0, and has ${show(process)}`;
  }
  if (typeof type !== "string" || !eventTypes.includes(type)) {
    return `needs "type" as one of ${eventTypes.join(", ")}, and has ${show(type)}`;
  }
  if (typeof f !== "string" || f === "") return `needs "f" as the name of an operation, and has ${show(f)}`;
  return undefined;
}

/** A value as an error message quotes it: short, on one line. O(length of the value). */
export function show(value: unknown): string {
  if (value === undefined) return "none";
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
