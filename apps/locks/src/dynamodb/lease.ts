import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Clock, sleep, systemClock, within } from "../clock.ts";
import { insist } from "../insist.ts";
import { type About, type Lease, LeaseLost, type LeaseStore, LockBusy } from "../lease-store.ts";
import { inLockOrder } from "../lock-order.ts";
import { ownerToken } from "../owner.ts";
import { defaultRemedy, type Remedy } from "../remedy.ts";
import { validUntil } from "../validity.ts";
import { takeLock } from "./acquire.ts";
import { REQUEST_BOUND_MS } from "./client.ts";
import { explain, failureOf, NoAnswer } from "./errors.ts";
import { lockTable } from "./table.ts";

const CREATE_TABLE_PAUSE_MS = 60;
const RELEASE_BOUND_MS = 500;
/** How often the release of an unanswered take is repeated, every REQUEST_BOUND_MS: longer than a request is on its way. */
const LATE_RELEASES = 5;
const AVAILABILITY_BOUND_MS = 950;

export interface DynamodbLeaseOptions {
  table: string;
  /** Named in error messages; absent for the real service. */
  endpoint?: string;
  /** Creates the table when it is absent; default false. */
  createTable?: boolean;
  clock?: Clock;
  /** Called with the outcome of every operation: nothing when the store answered, else a sentence that says what is wrong. */
  report?: (problem?: string) => void;
  /** What to do about an outage, for `availability().reason`. */
  remedy?: Remedy;
  /** Names this process at the end of the owner tokens, for a lock monitor. */
  holder?: string;
}

export const dynamodbAbout: About = {
  idea: "One item for each resource, changed by conditional writes only: owner, lease duration, and a version that every heartbeat renews. A client that sees the same version for a full lease duration (measured locally) may take over the lock.",
  guarantee:
    "One holder at a time while no clock runs more than one per cent faster than another; clients measure elapsed time locally, so clocks need not be synchronized. Each acquisition raises the item's counter, which is the fencing token.",
  failureMode:
    "A holder that is paused after its last check, past the end of its lease, becomes an expired lock holder: another client has taken over the lock, and both write.",
  cost: "Two writes for each lease. DynamoDB sends no notifications, so waiting clients poll, and each poll is billed. A lock whose holder died stays taken for a full lease duration after a waiting client first saw it.",
};

interface DynamodbLease extends Lease {
  readonly fencingTokens: ReadonlyMap<string, bigint>;
}

/**
 * A lease by conditional writes to one DynamoDB item for each resource.
 *
 * A client measures elapsed time locally, from the moment it saw a version that does not change, so clocks need not be
 * synchronized. The holder counts from before its request was sent, a waiting client from after its answer came, so the
 * holder's validity always ends first. Every acquisition has an owner of its own: that makes a write whose answer was lost
 * recognisable, and the owner alone is enough to renew and to release it.
 * Sources: https://github.com/awslabs/amazon-dynamodb-lock-client (owner, lease
 * duration, record version), https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html (the counter).
 */
export function dynamodbLease(
  client: DynamoDBClient,
  {
    table: name,
    endpoint,
    createTable = false,
    clock = systemClock,
    report = () => {},
    remedy = defaultRemedy,
    holder,
  }: DynamodbLeaseOptions,
): LeaseStore {
  const table = lockTable(client, name, clock);
  const where = { table: name, endpoint };
  const explained = (error: unknown) => explain(error, where, remedy);

  const leaseOf = (
    owner: string,
    sentAt: number,
    ttlMs: number,
    tokens: ReadonlyMap<string, bigint>,
  ): DynamodbLease => {
    const until = validUntil(sentAt, ttlMs);
    return {
      resources: [...tokens.keys()],
      owner,
      fencingTokens: tokens,
      remainingMs: () => until - clock.now(),
    };
  };

  /** Repeats a write that may be repeated, until it is answered or `mayGoOn` says no. */
  const untilAnswered = (write: () => Promise<boolean>, mayGoOn: () => boolean) =>
    insist(write, (error) => ["silent", "throttled"].includes(failureOf(error)) && mayGoOn(), clock);

  /**
   * Waits up to RELEASE_BOUND_MS for the release. If the service is down, the release is retried in the background until
   * the lease is over, so that it is carried out if the service comes back earlier.
   */
  async function release(
    resources: Iterable<string>,
    owner: string,
    isWorthIt: () => boolean,
    doubtful: ReadonlySet<string> = new Set(),
  ): Promise<void> {
    const releasing = [...resources].map(async (resource) => {
      const isReleased = await untilAnswered(() => table.release(resource, owner), isWorthIt);
      if (!isReleased && doubtful.has(resource)) void releaseLate(resource, owner);
    });
    await within(clock, RELEASE_BOUND_MS, Promise.allSettled(releasing), () => {});
  }

  /** A take without an answer may be carried out after its release, which found nothing to release. */
  async function releaseLate(resource: string, owner: string): Promise<void> {
    for (let attempt = 0; attempt < LATE_RELEASES; attempt += 1) {
      await sleep(clock, REQUEST_BOUND_MS, { unref: true });
      if (await table.release(resource, owner).catch(() => false)) return;
    }
  }

  async function probe(isOver: () => boolean): Promise<void> {
    for (;;) {
      try {
        await table.read("availability");
        return;
      } catch (error) {
        if (!createTable || failureOf(error) !== "table-missing" || isOver()) throw error;
      }
      await table.create();
      await sleep(clock, CREATE_TABLE_PAUSE_MS);
    }
  }

  return {
    name: "dynamodb-lease",
    safe: true,
    about: dynamodbAbout,

    async availability() {
      let isOver = false;
      const late = () => {
        isOver = true;
        throw new NoAnswer(AVAILABILITY_BOUND_MS);
      };
      try {
        await within(
          clock,
          AVAILABILITY_BOUND_MS,
          probe(() => isOver),
          late,
        );
        report();
        return { available: true };
      } catch (error) {
        const reason = explained(error);
        report(reason);
        return { available: false, reason };
      }
    },

    async acquire(unsorted, { ttlMs, waitMs, onRefused }) {
      const resources = inLockOrder(unsorted);
      const owner = ownerToken(randomUUID(), holder);
      let deadline = clock.now() + waitMs;
      const tokens = new Map<string, bigint>();
      const doubtful = new Set<string>();
      let firstSentAt: number | undefined;
      try {
        for (const resource of resources) {
          const onDoubt = () => doubtful.add(resource);
          const ask = { resource, owner, ttlMs, deadline, createTable, onRefused, onDoubt };
          const { fencingToken, sentAt } = await takeLock(table, clock, ask);
          firstSentAt ??= sentAt;
          // A caller that waits for the second lock longer than the first one lasts has neither.
          deadline = Math.min(deadline, validUntil(firstSentAt, ttlMs));
          tokens.set(resource, fencingToken);
        }
        const lease = leaseOf(owner, firstSentAt ?? clock.now(), ttlMs, tokens);
        if (lease.remainingMs() <= 0) throw new LockBusy("timeout");
        report();
        return lease;
      } catch (error) {
        const failed = error instanceof LockBusy && error.reason === "unreachable";
        const failedAt = clock.now();
        const mayBeHeld = new Set([...tokens.keys(), ...doubtful]);
        await release(mayBeHeld, owner, () => clock.now() - failedAt < ttlMs, doubtful);
        report(failed ? explained(error.cause) : undefined);
        throw error;
      }
    },

    async extend(lease, ttlMs) {
      const { owner, fencingTokens } = lease as DynamodbLease;
      if (lease.remainingMs() <= 0) throw new LeaseLost("The lease had run out before its heartbeat.");
      const sentAt = new Map<string, number>();
      const renew = (resource: string) =>
        untilAnswered(
          () => {
            sentAt.set(resource, clock.now());
            return table.renew(resource, owner, ttlMs);
          },
          () => lease.remainingMs() > 0,
        );
      let renewed: boolean[];
      try {
        renewed = await Promise.all(lease.resources.map(renew));
      } catch (error) {
        report(explained(error));
        throw new LeaseLost("The heartbeat was not accepted in time.", { cause: error });
      }
      report();
      if (renewed.includes(false)) throw new LeaseLost("Somebody else holds the item: the heartbeat was refused.");
      const extended = leaseOf(owner, Math.min(...sentAt.values()), ttlMs, fencingTokens);
      if (extended.remainingMs() <= 0) throw new LeaseLost("The heartbeat took longer than the lease is valid.");
      return extended;
    },

    release: (lease) => release(lease.resources, lease.owner, () => lease.remainingMs() > 0),

    ownerOf: async (resource) => (await table.read(resource))?.owner,
  };
}
