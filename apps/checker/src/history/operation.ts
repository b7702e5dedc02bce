/**
 * A call together with its answer. What failed is no operation: it had no effect and claims nothing.
 *
 * One operation precedes another when it was answered before the other was called, or when both are of one process and
 * it came first. All others are concurrent. (Herlihy and Wing 1990.)
 */
export interface Operation {
  readonly process: number;
  /** What people call the process. */
  readonly name?: string;
  readonly f: string;
  /** What was asked: the value of the call. */
  readonly value: unknown;
  /** What was answered; absent where no answer is known. */
  readonly answer?: unknown;
  /** `info`: it may have happened at any time after the call, or never. */
  readonly type: "ok" | "info";
  /** The place of the call among all events. */
  readonly calledAt: number;
  /** The place of the answer; `Infinity` for `info`. */
  readonly answeredAt: number;
  /** Nanoseconds on the history's clock. Never less than those of an event before. */
  readonly calledNs: number;
  /** `Infinity` for `info`. */
  readonly answeredNs: number;
  /** The line of the call, from 1. */
  readonly line: number;
  readonly answeredLine?: number;
}

export interface History {
  readonly operations: readonly Operation[];
  /** Events read, among them those of failed calls. */
  readonly events: number;
  /** Calls that certainly had no effect. */
  readonly failed: number;
}

/** The same call without its answer. A linearizable history stays linearizable. O(1). */
export function forgetAnswer(operation: Operation): Operation {
  const { answer: _, answeredLine: __, ...call } = operation;
  return { ...call, type: "info", answeredAt: Number.POSITIVE_INFINITY, answeredNs: Number.POSITIVE_INFINITY };
}
