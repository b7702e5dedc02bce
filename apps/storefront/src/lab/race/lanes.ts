import type { RaceEvent } from "../../api/types.ts";

export type SegmentKind = "arriving" | "waiting" | "held" | "unprotected" | "write" | "undone" | "after";

export interface Segment {
  kind: SegmentKind;
  /** Milliseconds since the race began. */
  from: number;
  to: number;
  /** Stock that was read or written in it. */
  stock?: number;
  votes?: RaceEvent["votes"];
  /** Whether this was written without a lock. */
  unprotected?: boolean;
  /** Whether a lock store granted a lock for it. */
  locked?: boolean;
}

export interface Lane {
  shopper: string;
  replica: string;
  segments: Segment[];
  arrivedAt: number;
  readAt?: number;
  readStock?: number;
  lockedAt?: number;
  waitedMs?: number;
  writtenAt?: number;
  writtenStock?: number;
  committedAt?: number;
  releasedAt?: number;
  /** When the transaction was rolled back and retried, and why: `version` or a SQLSTATE. */
  conflicts: { at: number; conflict: string }[];
  /** When the lock was found to be lost; with the two tokens if PostgreSQL refused the write. */
  lost?: { at: number; fencingToken?: string; fence?: string };
  unitNumbers: number[];
  answeredAt?: number;
  outcome?: string;
  orderId?: string;
}

export interface StockStep {
  at: number;
  stock: number;
}

export interface Race {
  lanes: Lane[];
  stock: StockStep[];
  /** Length of the race so far, in milliseconds. */
  durationMs: number;
}

/** Turns checkpoints, in any order, into lanes on one clock that starts with the first arrival. */
export function toRace(events: readonly RaceEvent[], initialStock: number, strategyIsSafe: boolean): Race {
  const sorted = [...events].sort((a, b) => a.at - b.at);
  const start = sorted[0]?.at ?? 0;
  const durationMs = (sorted.at(-1)?.at ?? start) - start;
  const byBuyer = new Map<string, RaceEvent[]>();
  for (const event of sorted) {
    const own = byBuyer.get(event.shopper);
    if (own) own.push(event);
    else byBuyer.set(event.shopper, [event]);
  }
  const lanes = [...byBuyer.values()].map((own) => toLane(own, start, durationMs, strategyIsSafe));
  const stock: StockStep[] = [{ at: 0, stock: initialStock }];
  const committed = lanes.filter((lane) => lane.committedAt !== undefined && lane.writtenStock !== undefined);
  const visible = committed.map((lane) => ({ at: visibleAt(lane, lanes), stock: Number(lane.writtenStock) }));
  stock.push(...visible.sort((a, b) => a.at - b.at));
  return { lanes, stock, durationMs };
}

/**
 * When others could see the lane's write. Its commit is told when the answer is back; on a busy machine another buyer has
 * read the new stock before.
 */
function visibleAt(lane: Lane, lanes: readonly Lane[]): number {
  if (lanes.filter(({ writtenStock }) => writtenStock === lane.writtenStock).length > 1)
    return Number(lane.committedAt);
  const seen = lanes
    .filter((other) => other !== lane && other.readStock === lane.writtenStock)
    .map((other) => Number(other.readAt))
    .filter((at) => at > Number(lane.writtenAt));
  return Math.min(Number(lane.committedAt), ...seen);
}

/** The drawing before the race: the stock as it is, and the two buyers. */
export function emptyRace(stock: number): Race {
  const lanes = ["A", "B"].map((shopper) => ({
    ...{ shopper, replica: "", segments: [], arrivedAt: 0, conflicts: [], unitNumbers: [] },
  }));
  return { lanes, stock: [{ at: 0, stock }], durationMs: 0 };
}

function toLane(events: RaceEvent[], start: number, durationMs: number, strategyIsSafe: boolean): Lane {
  const first = events[0] as RaceEvent;
  const lane: Lane = {
    shopper: first.shopper,
    replica: first.replica,
    segments: [],
    arrivedAt: first.at - start,
    conflicts: [],
    unitNumbers: [],
  };
  let open: Segment | undefined;
  let held: Segment | undefined;
  const begin = (at: number, kind: SegmentKind | undefined, extra: Partial<Segment> = {}) => {
    if (open) open.to = at;
    open = kind && { kind, from: at, to: durationMs, ...extra };
    if (open) lane.segments.push(open);
  };
  const forgetWrite = () => {
    lane.writtenAt = undefined;
    lane.writtenStock = undefined;
    lane.unitNumbers = [];
  };
  for (const event of events) {
    const at = event.at - start;
    switch (event.checkpoint) {
      case "arrived":
        begin(at, "arriving");
        break;
      case "waiting":
        begin(at, "waiting");
        break;
      case "refused":
        // Not granted: the wait shows how the nodes voted at last.
        if (open?.kind === "waiting") open.votes = event.votes;
        break;
      case "locked":
        lane.lockedAt = at;
        lane.waitedMs = event.waitedMs;
        begin(at, "held", { votes: event.votes, locked: true });
        break;
      case "read":
        lane.readAt = at;
        lane.readStock = event.stock;
        if (open?.kind === "held") open.stock = event.stock;
        else begin(at, strategyIsSafe ? "held" : "unprotected", { stock: event.stock });
        break;
      case "written":
        lane.writtenAt = at;
        lane.writtenStock = event.stock;
        lane.unitNumbers = event.unitNumbers ?? [];
        begin(at, "write", { stock: event.stock, unprotected: open?.kind === "unprotected" });
        break;
      case "committed":
        lane.committedAt = at;
        break;
      case "released":
        lane.releasedAt = at;
        // Meanwhile the last nodes have answered too.
        held = lane.segments.findLast(({ locked }) => locked);
        if (held) held.votes = event.votes ?? held.votes;
        begin(at, "after");
        break;
      case "conflict":
        lane.conflicts.push({ at, conflict: event.conflict ?? "unknown" });
        forgetWrite();
        begin(at, "undone");
        break;
      case "lost":
        lane.lost = { at, fencingToken: event.fencingToken, fence: event.fence };
        if (lane.committedAt === undefined) forgetWrite();
        begin(at, "after");
        break;
      case "answered":
        lane.answeredAt = at;
        lane.outcome = event.outcome;
        lane.orderId = event.orderId;
        if (event.unitNumbers) lane.unitNumbers = event.unitNumbers;
        begin(at, undefined);
        break;
    }
    // Without a lease to release, the commit ends the work.
    if (
      event.checkpoint === "committed" &&
      lane.releasedAt === undefined &&
      !events.some((e) => e.checkpoint === "released")
    ) {
      begin(at, "after");
    }
  }
  return lane;
}

/** The lanes whose buyers hold a number that another one holds too. */
export function soldTwice({ lanes }: Race): Set<Lane> {
  const holders = new Map<number, Lane[]>();
  for (const lane of lanes.filter(({ outcome }) => outcome === "RESERVED")) {
    for (const unit of lane.unitNumbers) holders.set(unit, [...(holders.get(unit) ?? []), lane]);
  }
  return new Set([...holders.values()].filter((each) => each.length > 1).flat());
}

/** When the race's own requests were all answered, from the first arrival on. */
export function answeredMs(race: Race): number | undefined {
  const last = Math.max(...race.lanes.map((lane) => lane.answeredAt ?? Number.NaN));
  return Number.isFinite(last) ? last : undefined;
}

/** The lanes that are drawn for many buyers: A and B, the first, the last, and those that the fact is about. */
export function drawnLanes(race: Race, conflicting: readonly Lane[], most: number): Lane[] {
  const byArrival = [...race.lanes].sort((a, b) => a.arrivedAt - b.arrivedAt);
  if (byArrival.length <= most) return byArrival.sort(byName);
  const byAnswer = race.lanes
    .filter((lane) => lane.answeredAt !== undefined)
    .sort((a, b) => Number(a.answeredAt) - Number(b.answeredAt));
  const panes = race.lanes.filter((lane) => lane.shopper === "A" || lane.shopper === "B");
  const wanted = [...conflicting, byAnswer[0], byAnswer.at(-1), ...panes, ...byArrival];
  const chosen = [...new Set(wanted.filter((lane): lane is Lane => lane !== undefined))].slice(0, most);
  return chosen.sort((a, b) => a.arrivedAt - b.arrivedAt);
}

const byName = (a: Lane, b: Lane) =>
  Number(/\d/.test(a.shopper)) - Number(/\d/.test(b.shopper)) ||
  a.shopper.localeCompare(b.shopper, "en", { numeric: true });

/** "Buyer A" for a card, "Buyer 17" for one of the others. */
export const buyerName = (name: string): string => `Buyer ${name}`;
