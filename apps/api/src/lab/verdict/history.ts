import type { HistoryEvent } from "@last-unit/checker";

/** One observed checkout of a run; `outcome` is `RESERVED` or a problem's code. */
export interface Observed {
  attempt: string;
  shopper: string;
  outcome: string;
  orderId: string | null;
  quantity: number;
  unitNumbers: readonly number[];
  machine: string;
  askedNs: bigint;
  answeredNs: bigint;
}

/** An event of a run's history. The fields that the checker does not use are for people. */
export interface RunEvent extends HistoryEvent<Record<string, unknown>> {
  /** The problem's code, if the checkout failed. */
  readonly code?: string;
}

/** A change that the ledger records. */
export interface LedgerChange {
  orderId: string;
  /** Negative for a sale. */
  delta: number;
}

interface Call {
  shopper: string;
  from: bigint;
  to: bigint;
  type: "ok" | "fail" | "info";
  value: Record<string, unknown>;
  answer: Record<string, unknown>;
  code?: string;
}

/**
 * Outcomes that leave open whether the order was placed, because the replica or the database failed before the
 * response.
 */
const openEnds = new Set(["NO_ANSWER", "DATABASE_UNAVAILABLE", "INTERNAL_ERROR"]);

/**
 * Builds the history of a run, sorted by time, in which each checkout is a separate process. Returns undefined if the
 * observers used the clocks of different machines, because their times are not comparable.
 *
 * Changes that only the ledger records become operations that may have happened at any time: sales without a response, and,
 * from their sale on, units that were returned by cancellation or expiry. This may hide an error but never reports a false
 * one.
 */
export function toHistory(
  sku: string,
  observed: readonly Observed[],
  ledger: readonly LedgerChange[],
): RunEvent[] | undefined {
  if (new Set(observed.map(({ machine }) => machine)).size > 1) return undefined;
  const calls = [...observed.reduce(mergeRetries, new Map<string, Observed>()).values()].map((seen) =>
    toCall(sku, seen),
  );
  const start = calls.reduce((first, { from }) => earlier(first, from), calls[0]?.from ?? 0n);
  const soldAt = new Map(observed.map(({ orderId, askedNs }) => [orderId, Number(askedNs - start)]));
  const events: RunEvent[] = [];
  calls.forEach(({ shopper, from, to, type, value, answer, code }, process) => {
    events.push({ time: Number(from - start), process, type: "invoke", f: "reserve", value, name: shopper });
    events.push({
      time: Number(to - start),
      process,
      type,
      f: "reserve",
      value: answer,
      name: shopper,
      ...(code && { code }),
    });
  });
  const atAnyTime = ledger.filter(({ orderId, delta }) => delta > 0 || !soldAt.has(orderId));
  atAnyTime.forEach(({ orderId, delta }, index) => {
    const f = delta > 0 ? "give-back" : "reserve";
    const call = { process: calls.length + index, f, value: { sku, quantity: Math.abs(delta) } };
    const time = soldAt.get(orderId) ?? 0;
    events.push({ ...call, time, type: "invoke" }, { ...call, time, type: "info" });
  });
  return events.sort((a, b) => a.time - b.time || Number(a.type !== "invoke") - Number(b.type !== "invoke"));
}

/** Merges the retries of a checkout into one operation, from the first request to the last response. */
function mergeRetries(calls: Map<string, Observed>, seen: Observed): Map<string, Observed> {
  const key = seen.orderId ?? seen.attempt;
  const other = calls.get(key);
  const merged = other && {
    ...seen,
    askedNs: earlier(other.askedNs, seen.askedNs),
    answeredNs: later(other.answeredNs, seen.answeredNs),
  };
  return calls.set(key, merged ?? seen);
}

const inOrder = (a: bigint, b: bigint) => (a < b ? [a, b] : [b, a]) as [bigint, bigint];
const earlier = (a: bigint, b: bigint) => inOrder(a, b)[0];
const later = (a: bigint, b: bigint) => inOrder(a, b)[1];

function toCall(sku: string, { shopper, outcome, quantity, unitNumbers, askedNs, answeredNs }: Observed): Call {
  const value = { sku, quantity };
  const call = { shopper, from: askedNs, to: answeredNs, value };
  if (outcome === "RESERVED")
    return { ...call, type: "ok", answer: { ...value, outcome: "reserved", units: unitNumbers } };
  if (outcome === "OUT_OF_STOCK") return { ...call, type: "ok", answer: { ...value, outcome: "sold-out" } };
  return { ...call, type: openEnds.has(outcome) ? "info" : "fail", answer: value, code: outcome };
}
