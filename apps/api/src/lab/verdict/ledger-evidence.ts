/** The recorded data of a run: settings, stock row, orders, movements sorted by time, and responses. */
export interface Ledger {
  run: { strategy: string; initialStock: number; buyersAsked: number; buyersAnswered: number };
  stock: number;
  orders: readonly string[];
  movements: readonly LedgerMovement[];
  answers: readonly LedgerAnswer[];
  /** How many writes were rejected for a stale fencing token. */
  writesRefused: number;
}

export interface LedgerMovement {
  delta: number;
  unitNumbers: readonly number[];
  version: number;
  orderId: string;
  at: Date;
}

export interface LedgerAnswer {
  shopper: string;
  outcome: string;
  quantity: number;
  waitedMs: number;
  askedAt: Date;
  answeredAt: Date;
}

/** All sales of a unit while another order held it, with both orders. */
export function oversoldUnits(movements: readonly LedgerMovement[]): { unit: number; orders: [string, string] }[] {
  const holders = new Map<number, string[]>();
  const twice: { unit: number; orders: [string, string] }[] = [];
  for (const { delta, unitNumbers, orderId } of movements) {
    for (const unit of unitNumbers) {
      const before = holders.get(unit) ?? [];
      if (delta > 0) {
        holders.set(
          unit,
          before.filter((holder) => holder !== orderId),
        );
        continue;
      }
      if (before[0] !== undefined) twice.push({ unit, orders: [before[0], orderId] });
      holders.set(unit, [...before, orderId]);
    }
  }
  return twice;
}

/**
 * A movement has the time of its statement, which is before its commit. To avoid false reports of a false "sold out", a
 * sale counts from its statement on, but a return counts only after its transaction must have ended.
 */
const RETURN_GRACE_MS = 15_000;

/** The "sold out" responses although enough units were free during the whole request. */
export function tooEarlyRefusals({ run, movements, answers }: Ledger) {
  const timeline = freeUnits(run.initialStock, movements);
  return answers
    .filter((answer) => answer.outcome === "OUT_OF_STOCK")
    .map((answer) => ({ ...answer, left: fewestFree(timeline, answer.askedAt.getTime(), answer.answeredAt.getTime()) }))
    .filter((answer) => answer.left >= answer.quantity);
}

interface Step {
  at: number;
  free: number;
}

/** The number of units that no order holds, after each movement. */
function freeUnits(initialStock: number, movements: readonly LedgerMovement[]): Step[] {
  const steps = movements
    .map(({ at, delta, unitNumbers }) => ({ at: at.getTime() + (delta > 0 ? RETURN_GRACE_MS : 0), delta, unitNumbers }))
    .sort((a, b) => a.at - b.at);
  const holders = new Map<number, number>();
  const timeline: Step[] = [{ at: Number.NEGATIVE_INFINITY, free: initialStock }];
  let free = initialStock;
  for (const { at, delta, unitNumbers } of steps) {
    for (const unit of unitNumbers) {
      const count = (holders.get(unit) ?? 0) + (delta < 0 ? 1 : -1);
      holders.set(unit, count);
      if (delta < 0 && count === 1) free -= 1;
      if (delta > 0 && count === 0) free += 1;
    }
    timeline.push({ at, free });
  }
  return timeline;
}

function fewestFree(timeline: readonly Step[], from: number, to: number): number {
  let index = lastAt(timeline, from);
  let fewest = timeline[index]?.free ?? 0;
  for (index += 1; index < timeline.length; index += 1) {
    const step = timeline[index];
    if (!step || step.at > to) break;
    fewest = Math.min(fewest, step.free);
  }
  return fewest;
}

function lastAt(timeline: readonly Step[], moment: number): number {
  let low = 0;
  let high = timeline.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((timeline[middle]?.at ?? 0) <= moment) low = middle;
    else high = middle - 1;
  }
  return low;
}
