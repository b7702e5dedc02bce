import { holderOf, type LockSeen } from "@last-unit/locks";
import type { Holder, LockStoreName, LockView } from "./model.ts";
import { statesOf } from "./states.ts";

/** What one Redis node answered: its locks, or why it could not be read. */
export type NodeAnswer = { locks: readonly LockSeen[] } | { problem: string };

/** The processes that are alive; undefined if nobody knows. */
type Alive = ReadonlySet<string> | undefined;

/** Puts together what the nodes say of each resource. The nodes are read one after another, so a lock may change meanwhile. */
export function redisLeases(nodes: readonly NodeAnswer[], alive: Alive): LockView[] {
  const resources = new Set(
    nodes.flatMap((node) => ("locks" in node ? node.locks.map(({ resource }) => resource) : [])),
  );
  return [...resources].map((resource) => {
    const seen = nodes.map((node) =>
      "locks" in node ? node.locks.find((lock) => lock.resource === resource) : undefined,
    );
    const byOwner = new Map<string, LockSeen>();
    for (const lock of seen) if (lock?.owner && !byOwner.has(lock.owner)) byOwner.set(lock.owner, lock);
    const view = {
      store: "redis" as const,
      kind: "lease" as const,
      resource,
      holders: [...byOwner.values()].map((lock) => holder(lock, alive)),
      waiting: Math.max(0, ...seen.map((lock) => lock?.waiting ?? 0)),
      waiters: [],
      nodes: nodes.map((node, index) => ({
        node: index + 1,
        owner: seen[index]?.owner,
        leftMs: seen[index]?.leftMs,
        problem: "problem" in node ? node.problem : undefined,
      })),
    };
    return { ...view, states: statesOf(view, false) };
  });
}

export function leases(store: LockStoreName, locks: readonly LockSeen[], alive: Alive): LockView[] {
  return locks.map((lock) => {
    const holders = lock.owner === undefined ? [] : [holder(lock, alive)];
    const waiting = lock.waiting ?? 0;
    const view = { store, kind: "lease" as const, resource: lock.resource, holders, waiting, waiters: [] };
    return { ...view, states: statesOf(view, false) };
  });
}

function holder({ owner = "", leftMs, fencingToken }: LockSeen, alive: Alive): Holder {
  const process = holderOf(owner);
  const isGone = process !== undefined && alive ? !alive.has(process) : undefined;
  return { owner, process, isGone, leftMs, fencingToken };
}
