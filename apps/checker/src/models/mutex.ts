import { HistoryError } from "../history/history-error.ts";
import type { Operation } from "../history/operation.ts";
import type { Model } from "./model.ts";
import { unknownOperation, Value } from "./values.ts";

export interface MutexCall {
  readonly kind: "acquire" | "release";
  readonly lock: string;
  readonly process: number;
  readonly token?: number;
  /** How long the lease lasts from the moment of its grant; `Infinity` for a lock without an end. */
  readonly ttlNs: number;
  readonly calledNs: number;
  readonly answeredNs: number;
}

export interface MutexState {
  readonly holder: number | undefined;
  /** The earliest moment at which the latest operation can have happened. */
  readonly now: number;
  /** The earliest moment at which the lease can have ended. */
  readonly endsAt: number;
  /** The highest fencing token so far. */
  readonly token: number;
  /** Who held the lock and may have lost it by its expiry, in order. They may still release what is not theirs any longer. */
  readonly expired: readonly number[];
}

export interface MutexOptions {
  /** For acquisitions that name no `ttlNs`; no lease ends by itself where absent. */
  readonly ttlNs?: number;
}

/**
 * A lock with leases: one holder at a time, until it releases the lock or its lease ends. The lease ends no earlier than its
 * duration after the grant, and the grant was no earlier than the call, so an acquisition that is answered before that time
 * was granted while another process held the lock. Fencing tokens, where they are reported, grow with every grant.
 *
 * The state keeps the earliest time that fits, as all that a lease's end depends on. A release by a process whose lease may
 * have ended does nothing; one by a process that never held the lock is impossible.
 *
 * Values: `{"lock": "lamp"}`, with `ttlNs` in the call or the answer, and `token` in the answer.
 */
export function mutexModel({ ttlNs = Number.POSITIVE_INFINITY }: MutexOptions = {}): Model<MutexState, MutexCall> {
  if (!(ttlNs > 0)) throw new HistoryError(`ttlNs is ${ttlNs}; a number above 0 was expected`);
  return {
    name: "mutex",
    interpret: (operation) => mutexCall(operation, ttlNs),
    keys: ({ lock }) => [lock],
    start: () => ({
      holder: undefined,
      now: Number.NEGATIVE_INFINITY,
      endsAt: Number.NEGATIVE_INFINITY,
      token: Number.NEGATIVE_INFINITY,
      expired: [],
    }),
    step: (state, call) => (call.kind === "acquire" ? acquire(state, call) : release(state, call)),
    key: ({ holder, now, endsAt, token, expired }) => [holder, now, endsAt, token, ...expired].join(" "),
  };
}

function acquire(state: MutexState, call: MutexCall): MutexState | undefined {
  const isHeld = state.holder !== undefined;
  const now = Math.max(state.now, call.calledNs, isHeld ? state.endsAt : Number.NEGATIVE_INFINITY);
  if (now > call.answeredNs || now === Number.POSITIVE_INFINITY) return undefined;
  if (call.token !== undefined && call.token <= state.token) return undefined;
  const expired = state.expired.filter((process) => process !== call.process);
  if (isHeld && state.holder !== call.process) expired.push(state.holder as number);
  return {
    holder: call.process,
    now,
    endsAt: now + call.ttlNs,
    token: call.token ?? state.token,
    expired: expired.sort((a, b) => a - b),
  };
}

function release(state: MutexState, call: MutexCall): MutexState | undefined {
  const now = Math.max(state.now, call.calledNs);
  if (now > call.answeredNs) return undefined;
  if (state.holder === call.process) return { ...state, now, holder: undefined };
  return state.expired.includes(call.process) ? { ...state, now } : undefined;
}

function mutexCall(operation: Operation, ttlNs: number): MutexCall {
  const { f, type, process, calledNs, answeredNs } = operation;
  if (f !== "acquire" && f !== "release") unknownOperation(operation, "mutex", ["acquire", "release"]);
  const value = Value.ofCall(operation);
  // Jepsen's histories of one lock name none.
  const lock = value.isAbsent ? "lock" : value.get("lock").text();
  const call = { kind: f, lock, process, calledNs, answeredNs, ttlNs } as const;
  if (f === "release") return call;
  const answer = Value.ofAnswer(operation);
  const answered = type === "ok" && answer.isObject();
  const token = answered ? answer.get("token") : undefined;
  const ttls = [...(answered ? [answer.get("ttlNs")] : []), ...(value.isAbsent ? [] : [value.get("ttlNs")])];
  const ttl = ttls.find(({ isAbsent }) => !isAbsent);
  return {
    ...call,
    ...(token && !token.isAbsent && { token: token.integer() }),
    ttlNs: ttl ? ttl.integer(1) : ttlNs,
  };
}
