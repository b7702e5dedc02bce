import {
  type Availability,
  type Clock,
  type LeaseStore,
  notConfigured,
  queuedLocally,
  systemClock,
  withFencingTokens,
} from "@last-unit/locks";
import { type Dynamodb, dynamodbAbout, dynamodbLease } from "@last-unit/locks/dynamodb";
import { quorum } from "@last-unit/locks/quorum";
import { setNx, setNxNaive } from "@last-unit/locks/redis";
import { redlock } from "@last-unit/locks/redlock";
import { type ZooKeeperEnsemble, zookeeper, zookeeperAbout } from "@last-unit/locks/zookeeper";
import type { Redis } from "ioredis";
import type { Database } from "../db/client.ts";
import { sql } from "../db/sql.ts";
import { groupCommit } from "./group-commit.ts";
import { type GuardSettings, guardedBy, unguarded } from "./guarded-by.ts";
import { remedy } from "./remedies.ts";
import type { Fence, ReadBeforeWrite, StockWrite, Strategy } from "./strategy.ts";
import { type StrategyName, strategyNames } from "./strategy-catalogue.ts";
import { advisoryLock } from "./writes/advisory-lock.ts";
import { conditionalUpdate } from "./writes/conditional-update.ts";
import { fenced } from "./writes/fenced.ts";
import { optimisticVersion } from "./writes/optimistic-version.ts";
import { readCheckWrite } from "./writes/read-check-write.ts";
import { rowLock } from "./writes/row-lock.ts";
import { serializable } from "./writes/serializable.ts";

export interface Services {
  database: Database;
  lockNodes: readonly Redis[];
  /** Absent if no DynamoDB is configured. */
  dynamodb?: Dynamodb & { report?: (problem?: string) => void };
  /** Absent if no ensemble is configured. */
  zookeeper?: ZooKeeperEnsemble;
  /** Names this process in the owner tokens. */
  holder?: string;
  /** Includes the clock by which lease holders measure. */
  settings: GuardSettings;
  /** Wraps each lease store. Replays use it to observe the lock operations. */
  around?: (store: LeaseStore) => LeaseStore;
}

interface Definition {
  guard?: GuardName;
  write: StockWrite;
}

const DYNAMODB_WANTED =
  "No DynamoDB is named. Set DYNAMODB_ENDPOINT to a local one, or DYNAMODB_TABLE and AWS_REGION for the real service; npm start brings a local one.";

const ZOOKEEPER_WANTED =
  "No ZooKeeper ensemble is named. npm start brings one where Java and ZooKeeper can be had (npm run doctor says how); or set ZOOKEEPER_URL=host1:2181,host2:2181,host3:2181";

const guards = {
  // The local queue keeps many waiters from polling one Redis. It hides no flaw of the lock: those show between
  // processes.
  "set-nx-naive": ({ lockNodes, settings: { clock } }: Services) =>
    queuedLocally(setNxNaive(firstOf(lockNodes), { clock, remedy }), clock),
  "set-nx": ({ lockNodes, holder, settings: { clock } }: Services) =>
    queuedLocally(setNx(firstOf(lockNodes), { clock, remedy, holder }), clock),
  redlock: openRedlock,
  "redlock with tokens": (services: Services) => numbered(openRedlock(services), services.database),
  quorum: openQuorum,
  "quorum with tokens": (services: Services) => numbered(openQuorum(services), services.database),
  "dynamodb-lease": ({ dynamodb, holder, settings: { clock } }: Services) =>
    dynamodb
      ? queuedLocally(dynamodbLease(dynamodb.client, { ...dynamodb, clock, remedy, holder }), clock)
      : notConfigured("dynamodb-lease", dynamodbAbout, DYNAMODB_WANTED),
  zookeeper: ({ zookeeper: ensemble, holder, settings }: Services) =>
    ensemble
      ? zookeeper(ensemble.connect(settings), { remedy, holder })
      : notConfigured("zookeeper", zookeeperAbout, ZOOKEEPER_WANTED),
} satisfies Record<string, (services: Services) => LeaseStore>;

type GuardName = keyof typeof guards;

/**
 * Both Redlock guards take their tokens from one sequence, so the row names one issuer for both: a token of either fences
 * off an older holder of the other, when the strategy is changed while a holder is paused.
 */
const fencedByRedlock: ReadBeforeWrite = {
  ...fenced,
  raiseFence: (database, sku, fence) => fenced.raiseFence?.(database, sku, byRedlock(fence)) ?? Promise.resolve(),
  write: (tx, before, after, fence) => fenced.write(tx, before, after, fence && byRedlock(fence)),
};

/** How each strategy of the catalogue is composed. The compiler reports a missing one. */
const definitions: Record<Exclude<StrategyName, "group-commit">, Definition> = {
  unlocked: { write: readCheckWrite },
  "row-lock": { write: rowLock },
  "advisory-lock": { write: advisoryLock },
  optimistic: { write: optimisticVersion },
  serializable: { write: serializable },
  "conditional-update": { write: conditionalUpdate },
  "set-nx-naive": { guard: "set-nx-naive", write: readCheckWrite },
  "set-nx": { guard: "set-nx", write: readCheckWrite },
  redlock: { guard: "redlock", write: readCheckWrite },
  "redlock+row-lock": { guard: "redlock", write: rowLock },
  "redlock+fencing": { guard: "redlock with tokens", write: fencedByRedlock },
  quorum: { guard: "quorum", write: readCheckWrite },
  "quorum+row-lock": { guard: "quorum", write: rowLock },
  "quorum+fencing": { guard: "quorum with tokens", write: fencedByRedlock },
  "dynamodb-lease": { guard: "dynamodb-lease", write: readCheckWrite },
  "dynamodb-lease+fencing": { guard: "dynamodb-lease", write: fenced },
  zookeeper: { guard: "zookeeper", write: readCheckWrite },
  "zookeeper+fencing": { guard: "zookeeper", write: fenced },
};

/** Opens the strategies over the given services. Strategies that share a guard share its lease store. */
export function openStrategies(services: Services): Record<StrategyName, Strategy> {
  const stores = new Map<GuardName, LeaseStore>();
  const store = (guard: GuardName) => {
    const opened = stores.get(guard) ?? askedOnce(openStore(guard, services), services.settings.clock ?? systemClock);
    stores.set(guard, opened);
    return opened;
  };
  const entries = strategyNames.map((name) => [name, compose(name, services, store)]);
  return Object.fromEntries(entries) as Record<StrategyName, Strategy>;
}

/** Opens one strategy, with a lease store that no other strategy uses. */
export function openStrategy(name: StrategyName, services: Services): Strategy {
  return compose(name, services, (guard) => openStore(guard, services));
}

function compose(name: StrategyName, { database, settings }: Services, store: (guard: GuardName) => LeaseStore) {
  const { pool } = database;
  if (name === "group-commit") return groupCommit(name, rowLock, pool, settings.clock);
  const { guard, write } = definitions[name];
  return guard ? guardedBy(name, store(guard), write, pool, settings) : unguarded(name, write, pool);
}

function openStore(guard: GuardName, services: Services): LeaseStore {
  const store = guards[guard](services);
  return services.around ? services.around(store) : store;
}

const ANSWER_KEPT_MS = 500;

/**
 * Caches the availability for `ANSWER_KEPT_MS`, so that many viewers cause at most two probes a second of each store.
 */
function askedOnce(store: LeaseStore, { now }: Clock): LeaseStore {
  let asked: Promise<Availability> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  return {
    ...store,
    availability() {
      if (!asked || now() - askedAt > ANSWER_KEPT_MS) {
        askedAt = now();
        asked = store.availability();
      }
      return asked;
    },
  };
}

function openRedlock({ lockNodes, holder, settings: { clock } }: Services): LeaseStore {
  return queuedLocally(redlock(lockNodes, { clock, remedy, holder }), clock);
}

function openQuorum({ lockNodes, holder, settings: { clock } }: Services): LeaseStore {
  return queuedLocally(quorum(lockNodes, { clock, remedy, holder }), clock);
}

function firstOf(lockNodes: readonly Redis[]): Redis {
  const [first] = lockNodes;
  if (!first) throw new Error("No Redis lock node is configured.");
  return first;
}

const byRedlock = ({ token }: Fence): Fence => ({ guard: "redlock", token });

const numbered = (store: LeaseStore, database: Database) => withFencingTokens(store, () => nextRedlockToken(database));

/** One sequence for all products: tokens must increase, but may have gaps. A rollback or a restart never reuses one. */
async function nextRedlockToken(database: Database): Promise<bigint> {
  const { rows } = await database.pool.query<{ token: string }>(sql`SELECT nextval('redlock_fencing_tokens') AS token`);
  if (!rows[0]) throw new Error("nextval returned no row.");
  return BigInt(rows[0].token);
}
