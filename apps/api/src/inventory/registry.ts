import type { Redis } from "ioredis";
import type { Database } from "../database.ts";
import { groupCommit } from "./group-commit.ts";
import { type GuardSettings, guardedBy, unguarded } from "./guarded-by.ts";
import type { Dynamodb } from "./guards/dynamodb-client.ts";
import { dynamodbAbout, dynamodbLease } from "./guards/dynamodb-lease.ts";
import { withFencingTokens } from "./guards/fencing-tokens.ts";
import { queuedLocally } from "./guards/local-queue.ts";
import { notConfigured } from "./guards/not-configured.ts";
import { redlock } from "./guards/redlock.ts";
import { setNx } from "./guards/set-nx.ts";
import { setNxNaive } from "./guards/set-nx-naive.ts";
import type { ZooKeeperEnsemble } from "./guards/zookeeper/connection.ts";
import { zookeeper, zookeeperAbout } from "./guards/zookeeper.ts";
import type { Availability, LeaseStore } from "./lease-store.ts";
import type { StockWrite, Strategy } from "./strategy.ts";
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
  /** Absent where no DynamoDB is named. */
  dynamodb?: Dynamodb & { report?: (problem?: string) => void };
  /** Absent where no ensemble is named. */
  zookeeper?: ZooKeeperEnsemble;
  /** With the clock that the holders go by. */
  settings: GuardSettings;
  /** Stands between a strategy and its store; a replay listens there. */
  around?: (store: LeaseStore) => LeaseStore;
}

interface Definition {
  guard?: GuardName;
  write: StockWrite;
  /** Whether buyers who wait are served together. */
  together?: boolean;
}

const DYNAMODB_WANTED =
  "No DynamoDB is named. Set DYNAMODB_ENDPOINT to a local one, or DYNAMODB_TABLE and AWS_REGION for the real service; npm start brings a local one.";

const ZOOKEEPER_WANTED =
  "No ZooKeeper ensemble is named. npm start brings one where Java and ZooKeeper can be had (npm run doctor says how); or set ZOOKEEPER_URL=host1:2181,host2:2181,host3:2181";

const guards = {
  // The queue keeps a crowd from polling one Redis. It hides no flaw: what goes wrong goes wrong between processes.
  "set-nx-naive": ({ lockNodes }: Services) => queuedLocally(setNxNaive(firstOf(lockNodes))),
  "set-nx": ({ lockNodes, settings }: Services) => queuedLocally(setNx(firstOf(lockNodes), settings.clock)),
  redlock: (services: Services) => queuedLocally(redlock(services.lockNodes, services.settings.clock)),
  // The line is the queue: its leader alone competes for this replica.
  "redlock for the line": (services: Services) => redlock(services.lockNodes, services.settings.clock),
  "redlock with tokens": (services: Services) =>
    withFencingTokens(queuedLocally(redlock(services.lockNodes, services.settings.clock)), () =>
      nextRedlockToken(services.database),
    ),
  "dynamodb-lease": ({ dynamodb, settings: { clock } }: Services) =>
    dynamodb
      ? queuedLocally(dynamodbLease(dynamodb.client, { ...dynamodb, clock }))
      : notConfigured("dynamodb-lease", dynamodbAbout, DYNAMODB_WANTED),
  zookeeper: ({ zookeeper: ensemble, settings }: Services) =>
    ensemble ? zookeeper(ensemble.connect(settings)) : notConfigured("zookeeper", zookeeperAbout, ZOOKEEPER_WANTED),
} satisfies Record<string, (services: Services) => LeaseStore>;

type GuardName = keyof typeof guards;

/** Every strategy, by name. A new one is one file, its import and one line here. */
const definitions = {
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
  "group-commit": { guard: "redlock for the line", write: rowLock, together: true },
  "redlock+fencing": { guard: "redlock with tokens", write: fenced },
  "dynamodb-lease": { guard: "dynamodb-lease", write: readCheckWrite },
  "dynamodb-lease+fencing": { guard: "dynamodb-lease", write: fenced },
  zookeeper: { guard: "zookeeper", write: readCheckWrite },
  "zookeeper+fencing": { guard: "zookeeper", write: fenced },
} satisfies Record<string, Definition>;

export type StrategyName = keyof typeof definitions;
export const strategyNames = Object.keys(definitions) as [StrategyName, ...StrategyName[]];

/** Opens the strategies over the given services. Strategies that share a guard share its lease store. */
export function openStrategies(services: Services): Record<StrategyName, Strategy> {
  const stores = new Map<GuardName, LeaseStore>();
  const store = (guard: GuardName) => {
    const opened = stores.get(guard) ?? askedOnce(openStore(guard, services));
    stores.set(guard, opened);
    return opened;
  };
  const entries = strategyNames.map((name) => [name, compose(name, services, store)]);
  return Object.fromEntries(entries) as Record<StrategyName, Strategy>;
}

/** Opens one strategy, with a lease store that it shares with nobody. */
export function openStrategy(name: StrategyName, services: Services): Strategy {
  return compose(name, services, (guard) => openStore(guard, services));
}

function compose(name: StrategyName, { database, settings }: Services, store: (guard: GuardName) => LeaseStore) {
  const { guard, write, together }: Definition = definitions[name];
  if (!guard) return unguarded(name, write, database);
  return (together ? groupCommit : guardedBy)(name, store(guard), write, database, settings);
}

function openStore(guard: GuardName, services: Services): LeaseStore {
  const store = guards[guard](services);
  return services.around ? services.around(store) : store;
}

const ANSWER_KEPT_MS = 500;

/** Strategies that share a store ask together, and a page full of viewers asks no more than twice a second. */
function askedOnce(store: LeaseStore): LeaseStore {
  let asked: Promise<Availability> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  return {
    ...store,
    availability() {
      if (!asked || performance.now() - askedAt > ANSWER_KEPT_MS) {
        askedAt = performance.now();
        asked = store.availability();
      }
      return asked;
    },
  };
}

function firstOf(lockNodes: readonly Redis[]): Redis {
  const [first] = lockNodes;
  if (!first) throw new Error("There is no lock node.");
  return first;
}

/** One sequence for all products: tokens need to grow, not to be without gaps. A rollback or a restart never takes one back. */
async function nextRedlockToken(database: Database): Promise<bigint> {
  const [row] = await database.$queryRaw<{ token: bigint }[]>`SELECT nextval('redlock_fencing_tokens') AS token`;
  if (!row) throw new Error("The sequence gave no token.");
  return row.token;
}
