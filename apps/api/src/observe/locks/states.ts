import type { LockState, LockView } from "./model.ts";

/** Longer than any wait of the shop, which a database lock timeout of 5 s ends, may take without a reason. */
export const STUCK_AFTER_MS = 3_000;

/** What a lock's facts mean. `nodesInAll` is the number of Redis nodes. */
export function statesOf(lock: Omit<LockView, "states">, isIdle: boolean): LockState[] {
  const states: LockState[] = [];
  if (lock.holders.length > 0) states.push("held");
  if (lock.waiting > 0) states.push("waited for");
  if (lock.nodes) {
    const owners = lock.nodes.flatMap(({ owner }) => owner ?? []);
    if (new Set(owners).size > 1) states.push("split");
    const most = Math.max(0, ...lock.holders.map(({ owner }) => owners.filter((each) => each === owner).length));
    if (most * 2 <= lock.nodes.length) states.push("minority");
  }
  if (lock.holders.some(({ isGone }) => isGone)) states.push("orphan");
  if (lock.waiters.some(({ waitedMs }) => waitedMs > STUCK_AFTER_MS)) states.push("stuck");
  if (isIdle) states.push("idle in transaction");
  return states;
}

const WEIGHT: Record<LockState, number> = {
  split: 6,
  stuck: 5,
  orphan: 4,
  "idle in transaction": 3,
  "waited for": 2,
  minority: 1,
  held: 0,
};

const weightOf = ({ states }: LockView) => Math.max(0, ...states.map((state) => WEIGHT[state]));
const waitOf = ({ waiters }: LockView) => Math.max(0, ...waiters.map(({ waitedMs }) => waitedMs));

/** The most urgent first, then the longest wait, then by name. */
export const byUrgency = (a: LockView, b: LockView) =>
  weightOf(b) - weightOf(a) ||
  waitOf(b) - waitOf(a) ||
  b.waiting - a.waiting ||
  a.resource.localeCompare(b.resource) ||
  a.store.localeCompare(b.store);
