import { type Database, isDatabaseUnavailable, isRefusedData, sqlState, type Transaction } from "../database.ts";
import type { Checkpoint, Votes } from "./checkpoint.ts";
import { systemClock } from "./clock.ts";
import { type GuardSettings, guardedBy } from "./guarded-by.ts";
import { type HeldLease, holdLease } from "./hold-lease.ts";
import { LeaseLost, type LeaseStore, LockBusy } from "./lease-store.ts";
import type { About, Party, Settle, Settled, StockWrite, Strategy } from "./strategy.ts";
import { inTransaction } from "./transaction.ts";
import { type Member, WaitingLine } from "./waiting-line.ts";

/** More would make the first of a batch wait for the last one's rows to be written. */
const BATCH_LIMIT = 512;
/** As long as others may have to wait at the other replicas before the lock is handed over. */
const HOLD_LIMIT_MS = 50;

const about: About = {
  idea: "Buyers who wait at one replica are served together: whoever gets the lock settles the whole line, in order of arrival, in one transaction under Redlock and the row lock.",
  guarantee:
    "That of the row lock, and each buyer's own answer after the commit: served, sold out, or refused alone. One bad order is taken out, and the others are settled without it.",
  failureMode:
    "A batch commits or fails as a whole: when the database dies in the middle of one, all of its buyers have to ask again, and a row that somebody else keeps locked holds up everybody in line. Nobody was told anything before the commit.",
  cost: "One lock and one commit for many orders: the longer the line, the less each of them pays. A lone buyer waits for nobody.",
};

/**
 * Many buyers, one lock, one transaction. The batch is whatever stands in line when the lock is granted, so it grows with
 * the crowd by itself.
 *
 * A line has one lock for all that is bought in it: a shop's carts overlap in its few bestsellers anyway, and a lock for
 * each product would cost a batch of sixty carts a hundred keys. Stock that is given back meanwhile has locks of its own;
 * between the two stands the row lock.
 *
 * The leader of a replica's line holds the lock and serves batch after batch until nobody is left or the other replicas
 * have waited long enough.
 * Sources: group commit (DeWitt et al. 1984); lock cohorting (Dice, Marathe, Shavit 2012).
 */
export function groupCommit(
  name: string,
  store: LeaseStore,
  write: StockWrite,
  database: Database,
  settings: GuardSettings,
): Strategy {
  const alone = guardedBy(name, store, write, database, settings);
  const lines = new Map<string, WaitingLine<unknown, unknown>>();
  const { now } = settings.clock ?? systemClock;

  return {
    ...alone,
    about,
    async changeTogether<Request, Result>(resource: string, party: Party<Request>, settle: Settle<Request, Result>) {
      await party.checkpoint("waiting");
      const line = (lines.get(resource) ?? new WaitingLine()) as WaitingLine<Request, Result>;
      const result = line.join(party, now());
      if (!lines.has(resource)) {
        lines.set(resource, line as WaitingLine<unknown, unknown>);
        void serve(resource, line, settle, () => lines.delete(resource));
      }
      return result;
    },
  };

  /** Leads a line until nobody is left in it. */
  async function serve<Request, Result>(
    resource: string,
    line: WaitingLine<Request, Result>,
    settle: Settle<Request, Result>,
    isEmpty: () => void,
  ): Promise<void> {
    const settled: Member<Request, Result>[] = [];
    const tellAll = () => {
      for (const member of settled.splice(0)) void member.tell();
    };
    // Writing a crowd's answers takes longer than sending a release, for which the other replicas wait.
    const toldAfterRelease = releasedBefore(store, tellAll);
    while (line.length > 0) {
      const lastInLine = line.last;
      let isGranted = false;
      let votes: Votes | undefined;
      const seeVotes: Checkpoint = async (step, detail) => {
        if (step === "locked") votes = detail?.votes;
      };
      try {
        await holdLease(toldAfterRelease, [resource], settings, seeVotes, async (lease) => {
          isGranted = true;
          const until = now() + HOLD_LIMIT_MS;
          do {
            // The batch before is told while PostgreSQL begins this one.
            if (settled.length > 0) setImmediate(tellAll);
            await settleBatch(line, votes, lease, settle, settled);
          } while (line.length > 0 && now() < until);
        });
      } catch (error) {
        // Those who came while the lock was being refused have not waited for it yet.
        if (!isGranted) line.refuse(error, lastInLine);
      }
    }
    // In the same turn as the last look at the line: whoever comes later finds no line and leads one.
    isEmpty();
  }

  async function settleBatch<Request, Result>(
    line: WaitingLine<Request, Result>,
    votes: Votes | undefined,
    lease: HeldLease,
    settle: Settle<Request, Result>,
    settled: Member<Request, Result>[],
  ): Promise<void> {
    const batch = line.take(BATCH_LIMIT);
    const watched = batch.filter((member) => member.isWatched);
    await Promise.all(watched.map((member) => member.pass("locked", { votes, waitedMs: now() - member.since })));
    try {
      await settleInOrder(batch, lease, settle, settled);
    } catch (error) {
      for (const member of batch) member.refuse(error);
      // What failed them would fail those behind them as well. A lost lease is simply taken anew.
      if (!(error instanceof LeaseLost)) line.refuse(error);
      throw error;
    }
  }

  /**
   * Settles them in one transaction. When that fails and one order may be to blame, each half is settled by itself, the
   * first one first: one bad order out of n takes 2 log2 n more transactions, and only its own buyer hears of it.
   */
  async function settleInOrder<Request, Result>(
    waiting: readonly Member<Request, Result>[],
    lease: HeldLease,
    settle: Settle<Request, Result>,
    settled: Member<Request, Result>[],
  ): Promise<void> {
    for (;;) {
      const members = waiting.filter((member) => member.isWaiting);
      if (members.length === 0) return;
      const attempt = async (tx: Transaction) => {
        const results = await settle(tx, members);
        lease.signal.throwIfAborted();
        // Somebody broke off while the rows were written: all of it again, without them.
        if (members.some((member) => !member.isWaiting)) throw new BrokenOff();
        return results;
      };
      const onConflict = async (conflict: string) => {
        await Promise.all(members.map((member) => member.pass("conflict", { conflict })));
      };
      try {
        const { value } = await inTransaction(database, write.isolationLevel, attempt, onConflict);
        for (const [index, member] of members.entries()) member.settle(value[index] as Settled<Result>);
        settled.push(...members);
        return;
      } catch (error) {
        if (error instanceof BrokenOff) continue;
        if (concernsAll(error)) throw error;
        const half = Math.ceil(members.length / 2);
        if (members.length === 1) members[0]?.refuse(error);
        else
          for (const part of [members.slice(0, half), members.slice(half)])
            await settleInOrder(part, lease, settle, settled);
        return;
      }
    }
  }
}

/** The same store, with `then` done in the turn of the event loop in which a release is sent, and after that. */
const releasedBefore = (store: LeaseStore, then: () => void): LeaseStore => ({
  ...store,
  release(lease, options) {
    const released = store.release(lease, options);
    setImmediate(then);
    return released;
  },
});

/** A lost lock, an outage and a broken schema are everybody's. What else goes wrong may lie in a single order. */
const concernsAll = (error: unknown) =>
  error instanceof LeaseLost ||
  error instanceof LockBusy ||
  isDatabaseUnavailable(error) ||
  (sqlState(error) !== undefined && !isRefusedData(error));

class BrokenOff extends Error {}
