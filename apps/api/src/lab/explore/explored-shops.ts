import { once } from "node:events";
import type { Process } from "@last-unit/explorer";
import { type Pausing, PostgresSteps } from "@last-unit/explorer/postgres";
import { connectDynamodb, dynamodbLease } from "@last-unit/locks/dynamodb";
import { connectLockNode } from "@last-unit/locks/redlock";
import pg from "pg";
import type { Shop } from "../../checkout/shop.ts";
import type { Checkpoint } from "../../checkpoint.ts";
import { type ExploredShop, type OpenedShop, openOne, passingInGuard } from "./explored-shop.ts";
import { GuardSteps } from "./guard-steps.ts";
import { LeaseTime } from "./lease-time.ts";

/** The stores of an exploration. */
export interface ExplorationUrls {
  readonly database: string;
  /** Five, or none if no strategy that needs them is explored. */
  readonly redis?: readonly string[];
  readonly dynamodb?: string;
}

/** The shops of all processes, and a connection that observes. They outlive an execution, because opening them is slow. */
export interface ExploredShops {
  readonly observer: pg.Client;
  /** The backends of the processes' connections. */
  readonly backends: readonly number[];
  /** For whom a process waits: in PostgreSQL, or for a guard. */
  blockedBy(name: string): Promise<readonly string[]>;
  readonly holdBack: PostgresSteps["holdBack"];
  readonly letNextGo: PostgresSteps["letNextGo"];
  /** The process's shop; from then on its statements are steps. */
  enter(process: Process): ExploredShop;
  /** Lets half of the holder's lease pass, as a step of `process`, whose next step is then the extension. */
  extendLease(holder: string, process: Process): Promise<string>;
  /** Makes the statements pass as usual again. */
  leave(): Promise<void>;
  /** A shop whose statements are no steps, to prepare an execution. */
  readonly preparing: Shop;
  /** Resolves when what was prepared holds no lock any more. */
  prepared(): Promise<void>;
  /** The products' locks that are left in the guards' stores. */
  locksLeft(skus: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
}

export async function openExploredShops(
  urls: ExplorationUrls,
  processes: number,
  pausing: Pausing,
): Promise<ExploredShops> {
  const observer = new pg.Client({ connectionString: urls.database, application_name: "explore-observer" });
  await observer.connect();
  // An exploration that was killed may have left reservations that have run out.
  await observer.query("UPDATE orders SET status = 'cancelled' WHERE status = 'reserved'");
  const guards = new GuardSteps();
  // One connection to each node for all processes: a command is carried out after those that were sent before it. Time
  // stands still for the deadlines of the commands: a busy machine must not look like a node that hangs.
  const lockNodes = (urls.redis ?? []).map((url) => connectLockNode(url, new LeaseTime()));
  await Promise.all(lockNodes.map((redis) => redis.status === "ready" || once(redis, "ready")));
  const dynamodb = urls.dynamodb
    ? connectDynamodb({ endpoint: urls.dynamodb, hasCredential: false, requestBoundMs: 0 })
    : undefined;
  // Creates the table, which a lease does only while time passes.
  if (dynamodb) await dynamodbLease(dynamodb.client, dynamodb).availability();
  const around = { url: urls.database, guards, lockServices: { lockNodes, dynamodb } };
  const steps = new PostgresSteps(observer, pausing);
  const opened: OpenedShop[] = [];
  for (let index = 0; index < processes; index += 1) {
    opened.push(await openOne(String.fromCharCode("A".charCodeAt(0) + index), around, steps));
  }
  const preparing = await openOne("preparing", around);
  const find = (name: string) => {
    const own = opened.find((shop) => shop.name === name);
    if (!own) throw new Error(`No shop was opened for process ${name}.`);
    return own;
  };
  return {
    observer,
    get backends() {
      return steps.backends;
    },
    async blockedBy(name) {
      const holders = guards.blockedBy(name);
      return holders.length > 0 ? holders : steps.blockedBy(name);
    },
    holdBack: steps.holdBack,
    letNextGo: steps.letNextGo,
    preparing: preparing.shop,
    prepared: () => guards.settled(),
    enter(process) {
      const { shop, current } = find(process.name);
      current.process = process;
      if (current.client) steps.attach(current.client, passingInGuard(current, process));
      const checkpoint: Checkpoint = async (name) => process.remark(name);
      return { shop, checkpoint, charged: current.charged };
    },
    async extendLease(holder, process) {
      const { current, leaseTime } = find(holder);
      current.extender = process;
      const name = `half of ${holder}'s lease is over`;
      await process.step({ name, tell: () => "done" }, () => leaseTime.passToNextTimer());
      const { extending } = current;
      await extending;
      return extending ? "extended" : "no lease";
    },
    async leave() {
      await steps.detach();
      // A process that was stuck gives its connection back.
      for (const { database } of opened) (await database.pool.connect()).release();
      await guards.settled();
      guards.clear();
      for (const { current, leaseTime } of opened) {
        current.process = undefined;
        current.extender = undefined;
        current.extending = undefined;
        current.charged = [];
        leaseTime.clear();
      }
    },
    async locksLeft(skus) {
      const left = await guards.left();
      const keys = await Promise.all(lockNodes.flatMap((redis) => skus.map((sku) => redis.keys(`*${sku}*`))));
      return [...new Set([...left, ...keys.flat()])].map((name) => name.replace(/explored-\w+-(\d+)$/, "product $1"));
    },
    async close() {
      for (const { database } of [...opened, preparing]) await database.$disconnect();
      for (const redis of lockNodes) redis.disconnect();
      dynamodb?.client.destroy();
      await observer.end();
    },
  };
}
