import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Clock, systemClock } from "../clock.ts";
import { type Lease, LeaseLost, type LeaseStore, LockBusy } from "../lease-store.ts";
import type { About } from "../strategy.ts";
import { jittered, takeLock } from "./dynamodb-acquire.ts";
import { explain, failureOf, NoAnswer } from "./dynamodb-failure.ts";
import { lockTable } from "./dynamodb-table.ts";
import { trustedUntil } from "./trust.ts";

const REPEAT_MS = { min: 20, max: 60 };
const RELEASE_BOUND_MS = 500;
const AVAILABILITY_BOUND_MS = 950;

export interface DynamodbLeaseOptions {
  table: string;
  /** Names the store in what is said of it; absent for the real service. */
  endpoint?: string;
  /** Makes the table when it is absent; default false. */
  createTable?: boolean;
  clock?: Clock;
  /** Told of every operation's outcome: nothing when the store answered, else a sentence on what is wrong. */
  report?: (problem?: string) => void;
}

export const dynamodbAbout: About = {
  idea: "One item for each product, changed by conditional writes alone: owner, lease duration, and a version that every heartbeat renews. Who has watched one version for a whole lease duration, by its own clock, may take the lock over.",
  guarantee:
    "One holder at a time while no clock runs more than one per cent faster than another; what time it is does not matter. Each acquisition raises the item's counter, which is the fencing token.",
  failureMode:
    "A holder that is paused after its last look at the lease, past its end, wakes up as a zombie: another has taken the lock over, and both write.",
  cost: "Two writes for each purchase. DynamoDB wakes nobody, so waiting replicas poll, and each look is billed. A lock whose holder died stays shut for a whole lease after a contender first saw it.",
};

interface DynamodbLease extends Lease {
  readonly fencingTokens: ReadonlyMap<string, bigint>;
}

/**
 * A lease by conditional writes to one DynamoDB item for each resource.
 *
 * A contender waits out the lease by its own clock, after it has seen a version that does not change; the item holds no
 * time of day. The holder counts from before its request was sent, the contender from after its answer came, so the
 * holder's time always ends first. Every acquisition has an owner of its own: that makes a write whose answer was lost
 * recognisable, and the owner alone is enough to renew and to free it.
 * Sources: https://github.com/awslabs/amazon-dynamodb-lock-client (owner, lease
 * duration, record version), https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html (the counter).
 */
export function dynamodbLease(
  client: DynamoDBClient,
  { table: name, endpoint, createTable = false, clock = systemClock, report = () => {} }: DynamodbLeaseOptions,
): LeaseStore {
  const table = lockTable(client, name);
  const where = { table: name, endpoint };
  const pause = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

  const leaseOf = (
    owner: string,
    sentAt: number,
    ttlMs: number,
    tokens: ReadonlyMap<string, bigint>,
  ): DynamodbLease => {
    const until = trustedUntil(sentAt, ttlMs);
    return {
      resources: [...tokens.keys()],
      owner,
      fencingTokens: tokens,
      remainingMs: () => until - clock.now(),
    };
  };

  /** Repeats a write that may be repeated, until it is answered or `mayGoOn` says no. */
  async function insist(write: () => Promise<boolean>, mayGoOn: () => boolean): Promise<boolean> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        const failure = failureOf(error);
        if ((failure !== "silent" && failure !== "throttled") || !mayGoOn()) throw error;
      }
      await pause(jittered(REPEAT_MS));
    }
  }

  /**
   * Waits a moment for what is freed at once. Behind a service that is away, it is tried until the lease is over, so that
   * a service that comes back earlier finds the lock freed; nobody waits for that.
   */
  async function free(resources: readonly string[], owner: string, isWorthIt: () => boolean): Promise<void> {
    const freeing = resources.map((resource) => insist(() => table.free(resource, owner), isWorthIt));
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, RELEASE_BOUND_MS);
    });
    await Promise.race([Promise.allSettled(freeing), bound]);
    clearTimeout(timer);
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
      await new Promise((resolve) => setTimeout(resolve, REPEAT_MS.max));
    }
  }

  return {
    name: "dynamodb-lease",
    safe: true,
    about: dynamodbAbout,

    async availability() {
      let timer: NodeJS.Timeout | undefined;
      let isOver = false;
      const bound = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          isOver = true;
          reject(new NoAnswer(AVAILABILITY_BOUND_MS));
        }, AVAILABILITY_BOUND_MS);
      });
      try {
        await Promise.race([probe(() => isOver), bound]);
        report();
        return { available: true };
      } catch (error) {
        const reason = explain(error, where);
        report(reason);
        return { available: false, reason };
      } finally {
        clearTimeout(timer);
      }
    },

    async acquire(resources, { ttlMs, waitMs, onRefused }) {
      const owner = randomUUID();
      let deadline = clock.now() + waitMs;
      const tokens = new Map<string, bigint>();
      let firstSentAt: number | undefined;
      try {
        for (const resource of resources) {
          const ask = { resource, owner, ttlMs, deadline, createTable, onRefused };
          const { fencingToken, sentAt } = await takeLock(table, clock, ask);
          firstSentAt ??= sentAt;
          // Who waits for the second longer than the first one lasts has neither.
          deadline = Math.min(deadline, trustedUntil(firstSentAt, ttlMs));
          tokens.set(resource, fencingToken);
        }
        const lease = leaseOf(owner, firstSentAt ?? clock.now(), ttlMs, tokens);
        if (lease.remainingMs() <= 0) throw new LockBusy("timeout");
        report();
        return lease;
      } catch (error) {
        const failed = error instanceof LockBusy && error.reason === "unreachable";
        // An unanswered write may have taken one more than we know of.
        const isDoubtful = failed && failureOf(error.cause) === "silent";
        const doubtful = isDoubtful ? resources.slice(0, tokens.size + 1) : [...tokens.keys()];
        const failedAt = clock.now();
        await free(doubtful, owner, () => clock.now() - failedAt < ttlMs);
        report(failed ? explain(error.cause, where) : undefined);
        throw error;
      }
    },

    async extend(lease, ttlMs) {
      const { owner, fencingTokens } = lease as DynamodbLease;
      if (lease.remainingMs() <= 0) throw new LeaseLost("The lease had run out before its heartbeat.");
      const sentAt = new Map<string, number>();
      const renew = (resource: string) =>
        insist(
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
        report(explain(error, where));
        throw new LeaseLost("The heartbeat was not accepted in time.", { cause: error });
      }
      report();
      if (renewed.includes(false)) throw new LeaseLost("Somebody else holds the item: the heartbeat was refused.");
      const extended = leaseOf(owner, Math.min(...sentAt.values()), ttlMs, fencingTokens);
      if (extended.remainingMs() <= 0) throw new LeaseLost("The heartbeat took longer than it was worth.");
      return extended;
    },

    release: (lease) => free(lease.resources, lease.owner, () => lease.remainingMs() > 0),

    ownerOf: async (resource) => (await table.read(resource))?.owner,
  };
}
