import { type About, type Clock, LockBusy, systemClock } from "@last-unit/locks";
import { isDatabaseUnavailable, isLockTimeout, isRefusedData, sqlState } from "../db/errors.ts";
import type { DatabasePool } from "../db/pool.ts";
import { inTransaction, type Transaction } from "../db/transaction.ts";
import { BatchQueue, type Member } from "./batch-queue.ts";
import { unguarded } from "./guarded-by.ts";
import { ReadingSession } from "./stock-session.ts";
import type { Party, ReadBeforeWrite, Settled, Strategy, Together } from "./strategy.ts";

/** Every buyer of a batch waits for the whole batch to be written, so a larger batch delays its first buyer. */
const BATCH_LIMIT = 512;

const about: About = {
  idea: "The buyers who wait at one replica form a batch queue. All their orders are placed, in order of arrival, in one transaction that locks the stock rows.",
  guarantee:
    "The same as the row lock. Each buyer gets their own result after the commit. If one order is invalid, only its buyer gets an error; the others are placed without it.",
  failureMode:
    "An outage fails the whole batch: all its buyers have to retry, and none of them got a result before the commit. A stock row that another transaction keeps locked delays the whole queue.",
  cost: "One lock and one commit for many orders: the longer the queue, the lower the cost of each order. A single buyer does not wait for a batch to fill.",
};

/**
 * Places the orders of many buyers in one transaction. A batch contains all buyers who are in the queue when PostgreSQL
 * grants the rows' locks, so batches grow with the load. Batches of different replicas queue for the rows in PostgreSQL.
 * Source: group commit (DeWitt et al. 1984).
 */
export function groupCommit(
  name: string,
  write: ReadBeforeWrite,
  pool: DatabasePool,
  { now }: Clock = systemClock,
): Strategy {
  const queues = new Map<string, BatchQueue<unknown, unknown>>();

  return {
    ...unguarded(name, write, pool),
    about,
    async changeTogether<Request, Result>(
      resource: string,
      party: Party<Request>,
      together: Together<Request, Result>,
    ) {
      await party.checkpoint("waiting");
      const queue = (queues.get(resource) ?? new BatchQueue()) as BatchQueue<Request, Result>;
      const result = queue.join(party, now());
      if (!queues.has(resource)) {
        queues.set(resource, queue as BatchQueue<unknown, unknown>);
        // The buyers of this turn of the event loop share the first batch.
        setImmediate(() => void serve(queue, together, () => queues.delete(resource)));
      }
      return result;
    },
  };

  /** Serves a queue until it is empty. */
  async function serve<Request, Result>(
    queue: BatchQueue<Request, Result>,
    together: Together<Request, Result>,
    isEmpty: () => void,
  ): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.take(BATCH_LIMIT);
      const settled: Member<Request, Result>[] = [];
      try {
        await settleInOrder(batch, together, settled, queue);
      } catch (error) {
        // The same failure would hit the rest of the queue.
        for (const member of batch) member.refuse(error);
        queue.refuse(error);
      }
      // Writes the responses while PostgreSQL works on the next batch.
      setImmediate(() => {
        for (const member of settled) void member.tell();
      });
    }
    // In the same event-loop tick as the last check of the length, so that the next buyer opens a queue and serves it.
    isEmpty();
  }

  /**
   * Settles the members in one transaction. If it fails and a single order may be the cause, settles the first half and
   * then the second half separately, recursively: one bad order out of n costs 2 log2 n more transactions, and only its
   * buyer gets an error. Adds the members whose result is final to `settled`, and to `waiting` those who join from `queue`.
   */
  async function settleInOrder<Request, Result>(
    waiting: Member<Request, Result>[],
    together: Together<Request, Result>,
    settled: Member<Request, Result>[],
    queue?: BatchQueue<Request, Result>,
  ): Promise<void> {
    for (;;) {
      const members = waiting.filter((member) => member.isWaiting);
      if (members.length === 0) return;
      try {
        const results = await settleTogether(members, together, (locked) => {
          const isLocked = (request: Request) => together.skusOf(request).every((sku) => locked.has(sku));
          const late = queue?.take(BATCH_LIMIT - members.length, isLocked) ?? [];
          waiting.push(...late);
          members.push(...late);
        });
        for (const [index, member] of members.entries()) member.settle(results[index] as Settled<Result>);
        settled.push(...members);
        return;
      } catch (error) {
        if (error instanceof BrokenOff) continue;
        if (concernsAll(error)) throw error;
        const half = Math.ceil(members.length / 2);
        if (members.length === 1) members[0]?.refuse(error);
        else
          for (const part of [members.slice(0, half), members.slice(half)])
            await settleInOrder(part, together, settled);
        return;
      }
    }
  }

  async function settleTogether<Request, Result>(
    members: readonly Member<Request, Result>[],
    { skusOf, settle }: Together<Request, Result>,
    join: (locked: ReadonlySet<string>) => void,
  ): Promise<Settled<Result>[]> {
    const attempt = async (tx: Transaction, undo: (outcome: unknown) => never) => {
      const session = new ReadingSession(write, {
        tx,
        undo,
        // Behind a write that can refuse, COMMIT would make the orders final without their stock.
        commitsAtOnce: write.locks,
        // A buyer has disconnected or failed meanwhile: roll back, and repeat without them.
        beforeWriting() {
          if (members.some((member) => !member.isWaiting)) throw new BrokenOff();
        },
      });
      const skus = new Set(members.flatMap(({ request }) => skusOf(request)));
      await session.lockRows([...skus]);
      // Buyers who came while the batch waited for the rows join it, instead of waiting for the next one.
      join(skus);
      const watched = members.filter((member) => member.isWatched);
      await Promise.all(watched.map((member) => member.pass("locked", { waitedMs: now() - member.since })));
      return settle(session, members);
    };
    const onConflict = async (conflict: string) => {
      await Promise.all(members.map((member) => member.pass("conflict", { conflict })));
    };
    const { value } = await inTransaction(pool, write.isolationLevel, attempt, onConflict);
    return value;
  }
}

/** An outage, a row that stays locked and a broken schema fail every order. Any other error may be due to one order. */
const concernsAll = (error: unknown) =>
  error instanceof LockBusy ||
  isLockTimeout(error) ||
  isDatabaseUnavailable(error) ||
  (sqlState(error) !== undefined && !isRefusedData(error));

class BrokenOff extends Error {}
