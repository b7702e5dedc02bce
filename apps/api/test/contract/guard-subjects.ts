import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { connectDatabase } from "../../src/database.ts";
import { type Clock, systemClock } from "../../src/inventory/clock.ts";
import { connectLockNode } from "../../src/inventory/guards/connect-lock-node.ts";
import { connectDynamodb } from "../../src/inventory/guards/dynamodb-client.ts";
import { dynamodbLease } from "../../src/inventory/guards/dynamodb-lease.ts";
import { withFencingTokens } from "../../src/inventory/guards/fencing-tokens.ts";
import { redlock } from "../../src/inventory/guards/redlock.ts";
import { setNx } from "../../src/inventory/guards/set-nx.ts";
import { setNxNaive } from "../../src/inventory/guards/set-nx-naive.ts";
import { zooKeeperEnsemble } from "../../src/inventory/guards/zookeeper/connection.ts";
import { zookeeper } from "../../src/inventory/guards/zookeeper.ts";
import type { LeaseStore } from "../../src/inventory/lease-store.ts";
import { system } from "../system.ts";

/** What the contract asks of every guard. */
export type Property =
  | "owner-only release"
  | "extension"
  | "loss signal"
  | "wake-up"
  | "survives a minority"
  | "fencing tokens";

export interface Opened {
  store: LeaseStore;
  close(): Promise<void>;
}

/** One guard under the contract: adding one is one entry. */
export interface Subject {
  name: string;
  /** Why it cannot be tested on this machine. */
  missing?: string;
  /** An instance of its own, as another process would have; its holders go by the clock. */
  open(clock?: Clock): Promise<Opened>;
  /** The services that it stands on, as the stack calls them. */
  services: readonly string[];
  /** So many of them that nothing is granted any more. */
  tooMany: readonly string[];
  /** Milliseconds after which the lease of a holder that vanished is gone at the latest. */
  vanishedWithinMs: number;
  /** Properties that it lacks, and why. Each is tested: a weakness that does not show is an error. */
  weaknesses: Partial<Record<Property, string>>;
}

/** A lock node that is away is not waited for. */
const CONNECT_BOUND_MS = 1_000;

const redisNames = system.redis.map(({ name }) => name);
const zookeeperNames = system.zookeeper.map(({ name }) => name);

async function openRedis(count: number, make: (nodes: Redis[]) => LeaseStore): Promise<Opened> {
  const nodes = system.redis.slice(0, count).map(({ url }) => connectLockNode(url));
  for (const node of nodes) node.on("error", () => {});
  const isReady = (node: Redis) => new Promise((resolve) => node.once("ready", resolve));
  await Promise.race([Promise.all(nodes.map(isReady)), sleep(CONNECT_BOUND_MS)]);
  const close = async () => {
    for (const node of nodes) node.disconnect();
  };
  return { store: make(nodes), close };
}

const oneNode = {
  services: redisNames.slice(0, 1),
  tooMany: redisNames.slice(0, 1),
  vanishedWithinMs: 5_000,
} as const;

const noToken = "a key of one node without a memory has no number that survives the node's restart";

export const subjects: readonly Subject[] = [
  {
    name: "set-nx-naive",
    ...oneNode,
    open: () => openRedis(1, ([node]) => setNxNaive(node as Redis)),
    weaknesses: {
      "owner-only release": "the sample deletes the key whoever set it",
      extension: "the sample has none",
      "loss signal": "the sample never looks whether its key is still there",
      "wake-up": "a refused buyer polls",
      "survives a minority": "there is one node",
      "fencing tokens": noToken,
    },
  },
  {
    name: "set-nx",
    ...oneNode,
    open: (clock) => openRedis(1, ([node]) => setNx(node as Redis, clock)),
    weaknesses: {
      "wake-up": "a refused buyer polls",
      "survives a minority": "there is one node",
      "fencing tokens": noToken,
    },
  },
  {
    name: "redlock",
    services: redisNames,
    tooMany: redisNames.slice(0, 3),
    vanishedWithinMs: 5_000,
    open: (clock) => openRedis(5, (nodes) => redlock(nodes, clock)),
    weaknesses: { "fencing tokens": "five independent nodes have no order in common" },
  },
  {
    name: "redlock with tokens",
    services: redisNames,
    tooMany: redisNames.slice(0, 3),
    vanishedWithinMs: 5_000,
    async open(clock) {
      const database = connectDatabase(system.postgres.url, 2);
      const nextToken = async () => {
        const [row] = await database.$queryRaw<{ token: bigint }[]>`SELECT nextval('redlock_fencing_tokens') AS token`;
        return row?.token as bigint;
      };
      const opened = await openRedis(5, (nodes) => withFencingTokens(redlock(nodes, clock), nextToken));
      const close = async () => {
        await opened.close();
        await database.$disconnect();
      };
      return { store: opened.store, close };
    },
    weaknesses: {},
  },
  {
    name: "zookeeper",
    missing: zookeeperNames.length === 3 ? undefined : "no ZooKeeper runs here (npm run doctor says how to get one)",
    services: zookeeperNames,
    tooMany: zookeeperNames.slice(0, 2),
    vanishedWithinMs: 30_000,
    async open(clock) {
      const ensemble = zooKeeperEnsemble({ url: system.zookeeper.map(({ url }) => url).join(",") });
      const store = zookeeper(ensemble.connect({ lockTtlMs: 4_000, clock }));
      return { store, close: async () => ensemble.close() };
    },
    weaknesses: {},
  },
  {
    name: "dynamodb-lease",
    missing: system.dynamodb ? undefined : "no DynamoDB runs here",
    services: ["dynamodb"],
    tooMany: ["dynamodb"],
    vanishedWithinMs: 10_000,
    async open(clock = systemClock) {
      const dynamodb = connectDynamodb({ endpoint: system.dynamodb?.url ?? "", hasCredential: false });
      const store = dynamodbLease(dynamodb.client, { ...dynamodb, clock });
      return { store, close: async () => dynamodb.client.destroy() };
    },
    weaknesses: {
      "wake-up": "a table tells nobody; a refused buyer polls",
      "survives a minority": "there is one endpoint; what stands behind the real service is its own affair",
    },
  },
];
