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
import { Leases, NEVER_MS } from "./leases.ts";
import { LostVotes } from "./lost-votes.ts";

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
  /** What can go wrong. */
  readonly faults: ShopFaults;
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

/** Ways to make things go wrong, and when that makes a difference. */
export interface ShopFaults {
  holdsLease(process: string): boolean;
  /** Whether the process is past the checkpoint after which it looks at its lease for the last time. */
  hasChecked(process: string): boolean;
  readonly isAnyLeaseHeld: boolean;
  isInTransaction(process: string): boolean;
  /** The process pauses until its lease is over. */
  pause(process: string): Promise<void>;
  /** The process's connection closes and its lease runs out. That it never goes on is for the explorer. */
  crash(process: string): Promise<void>;
  /** So many lock nodes lose their memory. */
  forget(nodes: number): Promise<void>;
  /** The server process of the process's connection is ended. */
  terminate(process: string): Promise<void>;
  /** Whether the answers of PostgreSQL or of lock nodes may be lost from now on, by the name of the fault. */
  offerLostAnswers(fault: string | undefined): void;
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
  // One connection to each node for all processes: a command is carried out after those that were sent before it. Time
  // stands still for the deadlines of the commands: a busy machine must not look like a node that hangs.
  const lockNodes = (urls.redis ?? []).map((url) => connectLockNode(url, { clock: new LeaseTime() }));
  await Promise.all(lockNodes.map((redis) => redis.status === "ready" || once(redis, "ready")));
  const dynamodb = urls.dynamodb
    ? connectDynamodb({ endpoint: urls.dynamodb, hasCredential: false, requestBoundMs: 0 })
    : undefined;
  // Creates the table, which a lease does only while time passes.
  if (dynamodb) await dynamodbLease(dynamodb.client, dynamodb).availability();
  const leases = new Leases(lockNodes);
  const votes = new LostVotes(lockNodes);
  const guards = new GuardSteps(leases, votes);
  const around = { url: urls.database, guards, lockServices: { lockNodes, dynamodb } };
  const steps = new PostgresSteps(observer, pausing);
  const opened: OpenedShop[] = [];
  for (let index = 0; index < processes; index += 1) {
    opened.push(await openOne(String.fromCharCode("A".charCodeAt(0) + index), around, steps));
  }
  const crashed = new Set<OpenedShop>();
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
      current.hasChecked = false;
      const checkpoint: Checkpoint = async (name) => {
        if (name === "checked") current.hasChecked = true;
        process.remark(name);
      };
      return { shop, checkpoint, charged: current.charged };
    },
    async extendLease(holder, process) {
      const { current } = find(holder);
      current.extender = process;
      const name = `half of ${holder}'s lease is over`;
      await process.step({ name, tell: () => "done" }, () => current.leaseTime.passToNextTimer());
      const { extending } = current;
      await extending;
      return extending ? "extended" : "no lease";
    },
    faults: {
      holdsLease: (process) => leases.isHeldBy(process),
      hasChecked: (process) => find(process).current.hasChecked === true,
      get isAnyLeaseHeld() {
        return leases.isAnyHeld;
      },
      isInTransaction: (process) => steps.isInTransaction(process),
      async pause(process) {
        find(process).current.leaseTime.passInPause(NEVER_MS);
        await guards.runOut(process);
      },
      async crash(process) {
        crashed.add(find(process));
        await steps.disconnect(process);
        await guards.runOut(process);
      },
      async forget(nodes) {
        await leases.forget(nodes);
        guards.askAgain();
      },
      terminate: (process) => steps.terminate(process),
      offerLostAnswers(fault) {
        steps.answersMayBeLost = fault === "lost-answer";
        votes.areOffered = fault === "lost-votes";
      },
    },
    async leave() {
      await steps.detach();
      // Its pool has lost its only connection, and waits for it for ever.
      for (const shop of crashed) opened[opened.indexOf(shop)] = await openOne(shop.name, around, steps);
      crashed.clear();
      // A process that was stuck gives its connection back.
      for (const { database } of opened) (await database.pool.connect()).release();
      await guards.settled();
      guards.clear();
      for (const { current } of opened) {
        current.process = undefined;
        current.extender = undefined;
        current.extending = undefined;
        current.charged = [];
        current.leaseTime.clear();
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
