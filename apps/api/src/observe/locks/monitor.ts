import type { LocksSeen } from "@last-unit/locks";
import { type Dynamodb, locksInTable } from "@last-unit/locks/dynamodb";
import { locksOnNode } from "@last-unit/locks/redlock";
import { locksInZooKeeper, type ZooKeeperConnection } from "@last-unit/locks/zookeeper";
import type { Redis } from "ioredis";
import type { DatabasePool } from "../../db/pool.ts";
import { leases, type NodeAnswer, redisLeases } from "./leases.ts";
import type { LockReport, LockStoreName, LockView } from "./model.ts";
import { postgresLocks, processesConnected } from "./postgres-locks.ts";
import { byUrgency } from "./states.ts";

export interface LockSources {
  /** A pool of its own, with short timeouts: a slow database must not delay a checkout through the monitor. */
  pool: DatabasePool;
  lockNodes: readonly Redis[];
  /** What the names of all locks begin with. */
  prefix: string;
  /** Absent if the store is not configured. */
  zookeeper?: ZooKeeperConnection;
  dynamodb?: Dynamodb;
}

/** The most locks that are read from each store. */
const MOST_PER_STORE = 2_000;
/** Many viewers cause at most two looks a second at each store. */
const KEPT_MS = 500;

export type LockMonitor = ReturnType<typeof lockMonitor>;

/** Reads who holds and waits for what, in every store. It changes nothing; a store that does not answer hides no other. */
export function lockMonitor({ pool, lockNodes, prefix, zookeeper, dynamodb }: LockSources) {
  let last: { at: number; report: Promise<LockReport> } | undefined;

  async function look(): Promise<LockReport> {
    // First the leases and then the processes: an owner that is not connected after its lease was seen is gone.
    const [nodes, zooKeeperLocks, dynamodbLocks] = await Promise.all([
      Promise.all(lockNodes.map((redis) => answerOf(locksOnNode(redis, { prefix, limit: MOST_PER_STORE })))),
      zookeeper && answerOf(locksInZooKeeper(zookeeper, MOST_PER_STORE)),
      dynamodb && answerOf(locksInTable(dynamodb.client, dynamodb.table, MOST_PER_STORE)),
    ]);
    const alive = await processesConnected(pool).catch(() => undefined);
    const stores: LockReport["stores"] = [];
    const locks: LockView[] = [];
    try {
      locks.push(...(await postgresLocks(pool, MOST_PER_STORE)));
      stores.push({ store: "postgresql" });
    } catch (error) {
      stores.push({ store: "postgresql", problem: (error as Error).message });
    }
    locks.push(...redisLeases(nodes, alive));
    const silent = nodes.flatMap((node, index) => ("problem" in node ? [`node ${index + 1}: ${node.problem}`] : []));
    stores.push({ store: "redis", problem: silent.join("; ") || undefined });
    const add = (store: LockStoreName, answer: NodeAnswer | undefined) => {
      if (!answer) return;
      if ("locks" in answer) locks.push(...leases(store, answer.locks, alive));
      stores.push({ store, problem: "problem" in answer ? answer.problem : undefined });
    };
    add("zookeeper", zooKeeperLocks);
    add("dynamodb", dynamodbLocks);
    return { at: new Date().toISOString(), locks: locks.sort(byUrgency), isCut: false, stores };
  }

  return {
    /** The `limit` most urgent locks. */
    async read(limit: number): Promise<LockReport> {
      const now = performance.now();
      if (!last || now - last.at > KEPT_MS) last = { at: now, report: look() };
      const report = await last.report;
      return { ...report, locks: report.locks.slice(0, limit), isCut: report.locks.length > limit };
    },
    close: () => pool.end(),
  };
}

const answerOf = (seen: Promise<LocksSeen>): Promise<NodeAnswer> =>
  seen.catch((error: Error) => ({ problem: error.message || error.name }));
