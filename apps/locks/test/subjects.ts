import { setTimeout as sleep } from "node:timers/promises";
import { act, system } from "@last-unit/stack/testing";
import type { Redis } from "ioredis";
import { Pool } from "pg";
import { connectDynamodb } from "../src/dynamodb/client.ts";
import { dynamodbLease } from "../src/dynamodb/lease.ts";
import { withFencingTokens } from "../src/fencing-tokens.ts";
import type { LeaseStore } from "../src/lease-store.ts";
import { setNx } from "../src/redis/set-nx.ts";
import { setNxNaive } from "../src/redis/set-nx-naive.ts";
import { connectLockNode } from "../src/redlock/connect.ts";
import { quorum } from "../src/redlock/quorum.ts";
import { redlock } from "../src/redlock/redlock.ts";
import type { Remedy } from "../src/remedy.ts";
import type { ContractSubject, OpenedStore } from "../src/testing/contract-subject.ts";
import { zooKeeperEnsemble } from "../src/zookeeper/connection.ts";
import { zookeeper } from "../src/zookeeper/zookeeper.ts";

/** An unreachable lock node is not waited for. */
const CONNECT_BOUND_MS = 1_000;

const redisNames = system.redis.map(({ name }) => name);
const zookeeperNames = system.zookeeper.map(({ name }) => name);

/** The suite looks for it in the reason. */
export const remedy: Remedy = ({ service, node, kind }) => `remedy for ${service} ${node}: ${kind}`;
const common = { act, reason: /remedy for/ };

async function openRedis(count: number, make: (nodes: Redis[]) => LeaseStore): Promise<OpenedStore> {
  const nodes = system.redis.slice(0, count).map(({ url }) => connectLockNode(url));
  for (const node of nodes) node.on("error", () => {});
  const isReady = (node: Redis) => new Promise((resolve) => node.once("ready", resolve));
  await Promise.race([Promise.all(nodes.map(isReady)), sleep(CONNECT_BOUND_MS)]);
  const close = async () => {
    for (const node of nodes) node.disconnect();
  };
  return { store: make(nodes), close };
}

/** Five nodes, and fencing tokens from the sequence that the shop uses. */
async function openWithTokens(make: (nodes: Redis[]) => LeaseStore): Promise<OpenedStore> {
  const pool = new Pool({ connectionString: system.postgres.url, max: 2 });
  const nextToken = async () => {
    const { rows } = await pool.query("SELECT nextval('redlock_fencing_tokens') AS token");
    return BigInt(rows[0].token);
  };
  const opened = await openRedis(5, (nodes) => withFencingTokens(make(nodes), nextToken));
  const close = async () => {
    await opened.close();
    await pool.end();
  };
  return { store: opened.store, close };
}

const oneNode = {
  ...common,
  services: redisNames.slice(0, 1),
  tooMany: redisNames.slice(0, 1),
  vanishedWithinMs: 5_000,
} as const;

const noToken = "a key of one node without a memory has no number that survives the node's restart";

export const subjects: readonly ContractSubject[] = [
  {
    name: "set-nx-naive",
    ...oneNode,
    open: (clock) => openRedis(1, ([node]) => setNxNaive(node as Redis, { clock, remedy })),
    weaknesses: {
      "owner-only release": "the sample deletes the key, no matter who set it",
      extension: "the sample has none",
      "loss signal": "the sample never looks whether its key is still there",
      "wake-up": "a refused client polls",
      "survives a minority": "there is one node",
      "fencing tokens": noToken,
    },
  },
  {
    name: "set-nx",
    ...oneNode,
    open: (clock) => openRedis(1, ([node]) => setNx(node as Redis, { clock, remedy })),
    weaknesses: {
      "wake-up": "a refused client polls",
      "survives a minority": "there is one node",
      "fencing tokens": noToken,
    },
  },
  {
    name: "redlock",
    ...common,
    services: redisNames,
    tooMany: redisNames.slice(0, 3),
    vanishedWithinMs: 5_000,
    open: (clock) => openRedis(5, (nodes) => redlock(nodes, { clock, remedy })),
    weaknesses: { "fencing tokens": "five independent nodes have no order in common" },
  },
  {
    name: "redlock with tokens",
    ...common,
    services: redisNames,
    tooMany: redisNames.slice(0, 3),
    vanishedWithinMs: 5_000,
    open: (clock) => openWithTokens((nodes) => redlock(nodes, { clock, remedy })),
    weaknesses: {},
  },
  {
    name: "quorum",
    ...common,
    services: redisNames,
    tooMany: redisNames.slice(0, 3),
    vanishedWithinMs: 5_000,
    open: (clock) => openRedis(5, (nodes) => quorum(nodes, { clock, remedy })),
    weaknesses: { "fencing tokens": "five independent nodes have no order in common" },
  },
  {
    name: "quorum with tokens",
    ...common,
    services: redisNames,
    tooMany: redisNames.slice(0, 3),
    vanishedWithinMs: 5_000,
    open: (clock) => openWithTokens((nodes) => quorum(nodes, { clock, remedy })),
    weaknesses: {},
  },
  {
    name: "zookeeper",
    ...common,
    missing: zookeeperNames.length === 3 ? undefined : "no ZooKeeper runs here (npm run doctor says how to get one)",
    services: zookeeperNames,
    tooMany: zookeeperNames.slice(0, 2),
    vanishedWithinMs: 30_000,
    async open(clock) {
      const ensemble = zooKeeperEnsemble({ url: system.zookeeper.map(({ url }) => url).join(",") });
      const store = zookeeper(ensemble.connect({ lockTtlMs: 4_000, clock }), { remedy });
      return { store, close: async () => ensemble.close() };
    },
    weaknesses: {},
  },
  {
    name: "dynamodb-lease",
    ...common,
    missing: system.dynamodb ? undefined : "no DynamoDB runs here",
    services: ["dynamodb"],
    tooMany: ["dynamodb"],
    vanishedWithinMs: 10_000,
    async open(clock) {
      const dynamodb = connectDynamodb({ endpoint: system.dynamodb?.url ?? "", hasCredential: false });
      const store = dynamodbLease(dynamodb.client, { ...dynamodb, clock, remedy });
      return { store, close: async () => dynamodb.client.destroy() };
    },
    weaknesses: {
      "wake-up": "a table tells nobody; a refused client polls",
      "survives a minority": "there is one endpoint; how the real service replicates is not visible",
    },
  },
];
