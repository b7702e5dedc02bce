import { type Clock, systemClock } from "./clock.ts";
import { type Lease, type LeaseStore, LockBusy } from "./lease-store.ts";
import { inLockOrder } from "./lock-order.ts";

/**
 * How many callers of this process may follow the first one before those of other processes are notified: those who were
 * queued when it released, and no more than this. A handoff inside a process costs a fraction of one between processes.
 * Source: Dice, Marathe, Shavit, "Lock Cohorting" (PPoPP 2012), where a bound keeps the series from starving others.
 */
const LONGEST_SERIES = 16;

/**
 * Lets one caller of this process at a time compete for a resource; the others queue here, in the order in which they
 * came. So three processes send the lock nodes three waiting clients, however many callers they have, and nobody polls.
 *
 * A holder that never releases leaves the queue when its lease is over, so that it blocks this process no longer than the
 * others.
 */
export function queuedLocally(store: LeaseStore, clock: Clock = systemClock): LeaseStore {
  const queues = new Map<string, Queue>();

  /** The queues in which the lease's holder is inside: none after its release, and none when it is over. */
  const queuesOf = ({ resources, owner }: Lease): Queue[] =>
    resources.flatMap((resource) => {
      const queue = queues.get(resource);
      return queue?.owner === owner ? [queue] : [];
    });

  function leaveWhenOver(queue: Queue, lease: Lease): void {
    queue.cancelEnd?.();
    queue.owner = lease.owner;
    const end = () => (lease.remainingMs() > 0 ? leaveWhenOver(queue, lease) : leave(queues, queue, false));
    queue.cancelEnd = clock.after(lease.remainingMs(), end, { unref: true });
  }

  return {
    ...store,
    async acquire(unsorted, options) {
      const resources = inLockOrder(unsorted);
      const cameAt = clock.now();
      const deadline = cameAt + options.waitMs;
      const entered: Queue[] = [];
      let goesFirst = true;
      try {
        for (const resource of resources) {
          const turn = await enter(queues, resource, deadline - clock.now(), clock);
          goesFirst = turn.goesFirst && goesFirst;
          entered.push(turn.queue);
        }
        // A caller that has queued here for long comes before one that has just come to another process.
        const waitedMs = (options.waitedMs ?? 0) + clock.now() - cameAt;
        const waitMs = Math.max(0, deadline - clock.now());
        const lease = await store.acquire(resources, { ...options, waitMs, waitedMs, goesFirst });
        for (const queue of entered) leaveWhenOver(queue, lease);
        return lease;
      } catch (error) {
        for (const queue of entered) leave(queues, queue, false);
        throw error;
      }
    },
    async extend(lease, ttlMs) {
      const extended = await store.extend(lease, ttlMs);
      for (const queue of queuesOf(lease)) leaveWhenOver(queue, extended);
      return extended;
    },
    async release(lease) {
      const held = queuesOf(lease);
      for (const queue of held) beginSeries(queue);
      const isHandedOn = held.length === lease.resources.length && held.every(mayHandOn);
      for (const queue of held) stopHolding(queue);
      const leaveAll = () => {
        for (const queue of held) leave(queues, queue, isHandedOn);
      };
      const released = store.release(lease, { isHandedOn });
      // The next one asks in the same event-loop tick, so that a handoff costs one round of requests and not two.
      if (store.keepsOrder) leaveAll();
      try {
        await released;
      } finally {
        if (!store.keepsOrder) leaveAll();
      }
    },
  };
}

/** Those who wait behind the one that competes for the lock or holds it. A resource without a queue is free. */
interface Queue {
  readonly resource: string;
  readonly waiting: Set<(goesFirst: boolean) => void>;
  /** How many may still follow without a release notification. Undefined: the one inside is the first of a series. */
  left?: number;
  /** Of the lease of the one inside. Undefined while that is being acquired or released. */
  owner?: string;
  /** Disarms the timer that waits for the end of the lease. */
  cancelEnd?: () => void;
}

function beginSeries(queue: Queue): void {
  queue.left ??= Math.min(LONGEST_SERIES, queue.waiting.size);
}

const mayHandOn = (queue: Queue) => queue.waiting.size > 0 && Boolean(queue.left);

/** Resolves when it is the caller's turn; `goesFirst` if the one before it handed the lock on. */
function enter(
  queues: Map<string, Queue>,
  resource: string,
  waitMs: number,
  clock: Clock,
): Promise<{ queue: Queue; goesFirst: boolean }> {
  const queue = queues.get(resource);
  if (!queue) {
    const own: Queue = { resource, waiting: new Set() };
    queues.set(resource, own);
    return Promise.resolve({ queue: own, goesFirst: false });
  }
  return new Promise((resolve, reject) => {
    const turn = (goesFirst: boolean) => {
      cancel();
      resolve({ queue, goesFirst });
    };
    const cancel = clock.after(waitMs, () => {
      queue.waiting.delete(turn);
      reject(new LockBusy("contention"));
    });
    queue.waiting.add(turn);
  });
}

function stopHolding(queue: Queue): void {
  queue.cancelEnd?.();
  queue.owner = undefined;
}

function leave(queues: Map<string, Queue>, queue: Queue, isHandedOn: boolean): void {
  stopHolding(queue);
  const [next] = queue.waiting;
  if (!next) {
    queues.delete(queue.resource);
    return;
  }
  queue.left = isHandedOn && queue.left ? queue.left - 1 : undefined;
  queue.waiting.delete(next);
  next(isHandedOn);
}
