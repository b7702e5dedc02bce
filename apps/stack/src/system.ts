import { access } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { allOrFirstFailure } from "./all-settled.ts";
import { prepareDatabase, startDynamodb, startPostgres, startRedis } from "./backing-services.ts";
import { type Control, openControl } from "./control/control.ts";
import { poolThatFits } from "./database-pool.ts";
import { freePort, portTaken, whyPortIsTaken } from "./free-port.ts";
import { prepareFrontDoor } from "./front-door/service.ts";
import { type GivenServices, readGivenServices } from "./given-services.ts";
import { prepareHome, readOrMakeSecret, reportsFolder } from "./home.ts";
import { prepareReplica, type ReplicaService } from "./replica.ts";
import { readDatabasePool, readLockNodeRestartDelayMs } from "./settings.ts";
import { StackError } from "./stack-error.ts";
import { readStackFile, removeStackFile, type StackFile, writeStackFile } from "./stack-file.ts";
import { endOrphans } from "./supervise/end-orphans.ts";
import { lockHome } from "./supervise/home-lock.ts";
import { ProcessRecord } from "./supervise/process-record.ts";
import type { Service } from "./supervise/service.ts";
import type { Surroundings } from "./supervise/service-spec.ts";
import { startWatcher } from "./supervise/watcher.ts";
import { prepareEnsemble } from "./zookeeper/ensemble.ts";

export interface StartOptions {
  /** Folder for data, logs and `stack.json`. Created if absent. */
  home: string;
  /** Port of the reverse proxy; 0 or absent for a free one. */
  port?: number;
  /** Default 3. */
  replicas?: number;
  /** Whether the lab is on; default true. */
  lab?: boolean;
  /** The token that the lab requires. Without it the lab is open; the reverse proxy listens on loopback only. */
  labToken?: string;
  /** Additional environment variables for the replicas. */
  env?: Record<string, string>;
  /**
   * Default: what `DATABASE_URL`, `REDIS_URLS`, `EVENTS_REDIS_URL`, `DYNAMODB_ENDPOINT`, `DYNAMODB_TABLE`, `ZOOKEEPER_URL`
   * and `ZOOKEEPER` say.
   */
  given?: GivenServices;
  /**
   * How long a lock node stays down after its process died, in milliseconds; default `LOCK_NODE_RESTART_DELAY_MS` or 60
   * s.
   */
  lockNodeRestartDelayMs?: number;
  /**
   * How long the start waits for ZooKeeper, in milliseconds; default 8 s. After that the system is ready without it, and
   * ZooKeeper's strategies become available later.
   */
  zookeeperWithinMs?: number;
  /** Starts only the backing services, without replicas and reverse proxy. */
  backingServicesOnly?: boolean;
  /** Receives progress messages. Default: none. */
  report?: (line: string) => void;
  /** Aborts a start in progress. */
  signal?: AbortSignal;
}

export interface System {
  url: string;
  file: StackFile;
  services: Service[];
  /** Finishes the requests in progress and stops all services, within 10 s. */
  stop(): Promise<void>;
}

const ZOOKEEPER_WITHIN_MS = 8_000;

const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

/**
 * Starts the whole system and waits until all services answer. Sets no signal handlers and never exits the process.
 *
 * @throws StackError with a message for the user, after stopping all services that had been started.
 */
export async function startSystem(options: StartOptions): Promise<System> {
  const { home, signal } = options;
  const report = options.report ?? (() => undefined);
  await prepareHome(home);
  const unlock = await lockHome(home, async () => (await readStackFile(home).catch(() => undefined))?.url);
  const starting = new Starting({ ...options, report });
  const aborted = new Promise<never>((_, fail) => {
    const stopStarting = () => fail(new StackError("The start was interrupted."));
    if (signal?.aborted) stopStarting();
    signal?.addEventListener("abort", stopStarting, { once: true });
  });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= starting.stop().finally(unlock);
    return stopping;
  };
  try {
    const file = await Promise.race([starting.run(), aborted]);
    return { url: file.url, file, services: starting.services, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The state of a system while it starts, runs and stops. */
class Starting {
  readonly services: Service[] = [];
  readonly #options: StartOptions & { report: (line: string) => void };
  readonly #record: ProcessRecord;
  readonly #around: Surroundings;
  #replicas: ReplicaService[] = [];
  #frontDoor: ReturnType<typeof prepareFrontDoor> | undefined;
  #control: Control | undefined;
  #describe: (() => StackFile) | undefined;
  #file: StackFile | undefined;
  #writing: Promise<void> = Promise.resolve();
  readonly #ending = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: StartOptions & { report: (line: string) => void }) {
    this.#options = options;
    this.#record = new ProcessRecord(options.home);
    this.#around = {
      record: this.#record,
      ending: this.#ending.signal,
      report: (line) => {
        if (!this.#isStopping) options.report(line);
      },
      changed: () => {
        this.#frontDoor?.tellStopped();
        this.#update();
      },
    };
  }

  get #isStopping(): boolean {
    return this.#ending.signal.aborted;
  }

  run(): Promise<StackFile> {
    const running = this.#run();
    this.#running = running.catch(() => undefined);
    return running;
  }

  async #run(): Promise<StackFile> {
    const { home, report, port: wantedPort = 0 } = this.#options;
    const given = this.#options.given ?? readGivenServices(process.env);
    const delayMs = this.#options.lockNodeRestartDelayMs ?? readLockNodeRestartDelayMs(process.env);
    await endOrphans(this.#record, report);
    this.#record.watcher = await startWatcher(home, projectRoot);
    if (wantedPort > 0) {
      const why = await whyPortIsTaken(wantedPort);
      if (why) throw portTaken(wantedPort, { code: why });
    }
    if (!this.#options.backingServicesOnly) await requireBuiltApi();

    const startedAt = Date.now();
    const starter = { around: this.#around, start: (service: Service) => this.#startBacking(service) };
    const [database, redis, dynamodb, zookeeper] = await allOrFirstFailure([
      this.#step("PostgreSQL 18", () => startPostgres(home, given.databaseUrl, starter)),
      this.#step("six Redis", () => startRedis(home, given, delayMs, starter)),
      this.#step("DynamoDB", () => startDynamodb(home, given.dynamodb, starter)),
      prepareEnsemble({ home, given: given.zookeeper, ...starter }),
    ]);
    const databaseUrl = database.url;
    const count = this.#options.backingServicesOnly ? 0 : (this.#options.replicas ?? 3);
    const pool = count > 0 ? poolThatFits(database.room, count, readDatabasePool(process.env)) : undefined;
    if (pool && given.databaseUrl) report(`DATABASE_POOL is ${pool}: PostgreSQL accepts ${database.room} connections.`);
    await this.#step("migrations and catalogue", () => prepareDatabase(databaseUrl));

    const replicaPorts = await Promise.all(Array.from({ length: count }, freePort));
    const replicaUrls = replicaPorts.map((port) => `http://127.0.0.1:${port}`);
    const env: Record<string, string> = {
      ...(pool ? { DATABASE_POOL: String(pool) } : {}),
      ...(given.databaseUrl ? settingsOfPostgres() : {}),
      DATABASE_URL: databaseUrl,
      REDIS_URLS: redis.lockNodes.map(({ url }) => url).join(","),
      EVENTS_REDIS_URL: redis.events.url,
      ...dynamodb.env,
      ...(zookeeper.url ? { ZOOKEEPER_URL: zookeeper.url } : {}),
      REPLICA_URLS: replicaUrls.join(","),
      REPORTS: reportsFolder(home),
      COOKIE_SECRET: await readOrMakeSecret(home, "cookie-secret"),
      ...this.#labEnv(),
      ...this.#options.env,
    };
    this.#replicas = replicaPorts.map((port, index) =>
      prepareReplica({ name: `replica-${index + 1}`, port, root: projectRoot, home, env }, this.#around),
    );
    this.services.push(...this.#replicas.map(({ service }) => service));
    this.#control = await openControl({
      home,
      root: projectRoot,
      services: () => this.services,
      around: this.#around,
    });
    const control = this.#control;
    const port = wantedPort > 0 ? wantedPort : await freePort();
    const url = `http://localhost:${port}`;

    if (count > 0) {
      await this.#step(count === 1 ? "one API replica" : `${count} API replicas`, () =>
        allOrFirstFailure(this.#replicas.map(({ service }) => service.start())),
      );
      const door = prepareFrontDoor(
        { port, root: projectRoot, home, replicas: this.#replicas, controlUrl: control.url },
        this.#around,
      );
      this.#frontDoor = door;
      this.services.push(door.service);
      await this.#step("reverse proxy", () => door.service.start());
    }
    const waitMs = startedAt + (this.#options.zookeeperWithinMs ?? ZOOKEEPER_WITHIN_MS) - Date.now();
    await Promise.race([zookeeper.settled, sleep(Math.max(0, waitMs), undefined, { ref: false })]);
    const labToken = this.#options.labToken;
    const pidOf = (name: string) => this.services.find((service) => service.name === name)?.pid ?? null;
    this.#describe = () => ({
      pid: process.pid,
      url,
      ...(labToken ? { labToken } : {}),
      ...(this.#frontDoor ? { frontDoor: { pid: this.#frontDoor.service.pid } } : {}),
      replicas: this.#replicas.map((replica) => ({ name: replica.name, url: replica.url, pid: replica.service.pid })),
      redis: redis.lockNodes.map((node) => ({ ...node, pid: pidOf(node.name) })),
      eventsRedis: { url: redis.events.url, pid: pidOf("redis-events") },
      postgres: { url: databaseUrl, pid: pidOf("postgres") },
      ...(dynamodb.url ? { dynamodb: { url: dynamodb.url, pid: pidOf("dynamodb") } } : {}),
      zookeeper: zookeeper.servers.map((server) => ({ ...server, pid: pidOf(server.name) })),
      control: { url: control.url, token: control.token },
    });
    this.#file = this.#describe();
    await writeStackFile(home, this.#file);
    return this.#file;
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#stopEverything();
    // An interrupted start ends at its next step. Only the installation of a program may take longer.
    await Promise.race([this.#running, sleep(2000, undefined, { ref: false })]);
    await this.#stopEverything();
    await this.#writing.catch(() => undefined);
    await removeStackFile(this.#options.home);
    await this.#record.clear();
    this.#record.watcher?.dismiss();
  }

  /** Stops the replicas and the reverse proxy before the services that they need (Redis, PostgreSQL). */
  async #stopEverything(): Promise<void> {
    await this.#control?.close();
    // Concurrently, because the reverse proxy waits for event streams, which end with their replica.
    const facing = new Set(this.#replicas.map(({ service }) => service));
    if (this.#frontDoor) facing.add(this.#frontDoor.service);
    await Promise.all([...facing].reverse().map((service) => service.stop()));
    await Promise.all(this.services.filter((service) => !facing.has(service)).map((service) => service.stop()));
  }

  #startBacking(service: Service): Promise<void> {
    if (this.#isStopping) throw new StackError("The start was interrupted.");
    this.services.push(service);
    return service.start();
  }

  #labEnv(): Record<string, string> {
    const { lab = true, labToken } = this.#options;
    if (!lab) return {};
    return labToken ? { LAB: "1", LAB_TOKEN: labToken } : { LAB: "1", LAB_OPEN: "1" };
  }

  /** Reports the begin of a step, its progress every few seconds, and its duration. */
  async #step<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (this.#isStopping) throw new StackError("The start was interrupted.");
    const { report } = this.#around;
    const startedAt = Date.now();
    const seconds = () => ((Date.now() - startedAt) / 1000).toFixed(1);
    report(`starting ${what} …`);
    const heartbeat = setInterval(() => report(`still starting ${what} (${seconds()} s)`), 4000);
    try {
      const result = await work();
      report(`${what}: ready (${seconds()} s)`);
      return result;
    } finally {
      clearInterval(heartbeat);
    }
  }

  #update(): void {
    if (!this.#describe || !this.#file || this.#isStopping) return;
    // Updates the object in place, because the caller has a reference to it.
    Object.assign(this.#file, this.#describe());
    const file = this.#file;
    this.#writing = this.#writing.then(() => writeStackFile(this.#options.home, file)).catch(() => undefined);
  }
}

/** What `pg` reads besides a user's own DATABASE_URL, such as PGPASSWORD. They say nothing of a PostgreSQL of ours. */
const settingsOfPostgres = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("PG"))) as Record<string, string>;

async function requireBuiltApi(): Promise<void> {
  const main = join(projectRoot, "apps/api/dist/main.js");
  await access(main).catch((error) => {
    throw new StackError(`The API is not built (${main} is missing). Type: node apps/api/build.mjs`, { cause: error });
  });
}
