import { access } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { allOrFirstFailure } from "./all-settled.ts";
import { prepareDatabase, startDynamodb, startPostgres, startRedis } from "./backing-services.ts";
import { type Control, openControl } from "./control.ts";
import { freePort, whyPortIsTaken } from "./free-port.ts";
import { type FrontDoor, openFrontDoor, portTaken } from "./front-door/front-door.ts";
import { RoundRobin } from "./front-door/round-robin.ts";
import { type GivenServices, readGivenServices } from "./given-services.ts";
import { prepareHome, readOrMakeSecret } from "./home.ts";
import { watchReadiness } from "./readiness.ts";
import { answers, prepareReplica, type ReplicaService } from "./replica.ts";
import { readLockNodeRestartDelayMs } from "./settings.ts";
import { StackError } from "./stack-error.ts";
import { readStackFile, removeStackFile, type StackFile, writeStackFile } from "./stack-file.ts";
import { endOrphans } from "./supervise/end-orphans.ts";
import { lockHome } from "./supervise/home-lock.ts";
import { ProcessRecord } from "./supervise/process-record.ts";
import type { Service } from "./supervise/service.ts";
import type { Surroundings } from "./supervise/service-spec.ts";
import { prepareEnsemble } from "./zookeeper/ensemble.ts";

export interface StartOptions {
  /** Folder for data, logs and `stack.json`; made when absent. */
  home: string;
  /** Port of the front door; 0 or absent for a free one. */
  port?: number;
  /** Default 3. */
  replicas?: number;
  /** Whether the lab's routes are there; default true. */
  lab?: boolean;
  /** The lab asks for this token; without it, the lab is open (the front door listens on loopback only). */
  labToken?: string;
  /** More environment for the replicas. */
  env?: Record<string, string>;
  /**
   * Default: what `DATABASE_URL`, `REDIS_URLS`, `EVENTS_REDIS_URL`, `DYNAMODB_ENDPOINT`, `DYNAMODB_TABLE`, `ZOOKEEPER_URL`
   * and `ZOOKEEPER` say.
   */
  given?: GivenServices;
  /** How long a lock Redis that died stays down, in milliseconds; default `LOCK_NODE_RESTART_DELAY_MS` or 60 s. */
  lockNodeRestartDelayMs?: number;
  /**
   * How long the start waits for ZooKeeper, in milliseconds; default 8 s. Past it the system is ready without, and
   * ZooKeeper's strategies become available when it is.
   */
  zookeeperWithinMs?: number;
  /** Starts the backing services alone, without replicas and front door. */
  backingServicesOnly?: boolean;
  /** Hears what happens; quiet by default. */
  report?: (line: string) => void;
  /** Ends a start that is under way. */
  signal?: AbortSignal;
}

export interface System {
  url: string;
  file: StackFile;
  services: Service[];
  /** Drains the requests, stops everything, within 10 s. */
  stop(): Promise<void>;
}

const ZOOKEEPER_WITHIN_MS = 8_000;

const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

/**
 * Starts the whole system and waits until everything answers. No signal handler is set and the process is never ended.
 *
 * @throws StackError with a sentence for people; whatever had been started is stopped by then.
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

/** A system while it starts, runs and stops. */
class Starting {
  readonly services: Service[] = [];
  readonly #options: StartOptions & { report: (line: string) => void };
  readonly #record: ProcessRecord;
  readonly #around: Surroundings;
  #replicas: ReplicaService[] = [];
  #frontDoor: FrontDoor | undefined;
  #control: Control | undefined;
  #stopWatching: (() => void) | undefined;
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
      changed: () => this.#update(),
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
    if (wantedPort > 0) {
      const why = await whyPortIsTaken(wantedPort);
      if (why) throw portTaken(wantedPort, { code: why });
    }
    if (!this.#options.backingServicesOnly) await requireBuiltApi();

    const startedAt = Date.now();
    const starter = { around: this.#around, start: (service: Service) => this.#startBacking(service) };
    const [databaseUrl, redis, dynamodb, zookeeper] = await allOrFirstFailure([
      this.#step("PostgreSQL 18", () => startPostgres(home, given.databaseUrl, starter)),
      this.#step("six Redis", () => startRedis(home, given, delayMs, starter)),
      this.#step("DynamoDB", () => startDynamodb(home, given.dynamodb, starter)),
      prepareEnsemble({ home, given: given.zookeeper, ...starter }),
    ]);
    await this.#step("migrations and catalogue", () => prepareDatabase(databaseUrl));

    const count = this.#options.backingServicesOnly ? 0 : (this.#options.replicas ?? 3);
    const replicaPorts = await Promise.all(Array.from({ length: count }, freePort));
    const replicaUrls = replicaPorts.map((port) => `http://127.0.0.1:${port}`);
    const env: Record<string, string> = {
      // PostgreSQL takes 200 connections; some of them are for tests and people, and three at each replica for its lab.
      ...(count > 6 ? { DATABASE_POOL: String(Math.max(2, Math.floor(160 / count) - 3)) } : {}),
      DATABASE_URL: databaseUrl,
      REDIS_URLS: redis.lockNodes.map(({ url }) => url).join(","),
      EVENTS_REDIS_URL: redis.events.url,
      ...dynamodb.env,
      ...(zookeeper.url ? { ZOOKEEPER_URL: zookeeper.url } : {}),
      REPLICA_URLS: replicaUrls.join(","),
      COOKIE_SECRET: await readOrMakeSecret(home, "cookie-secret"),
      ...this.#labEnv(),
      ...this.#options.env,
    };
    this.#replicas = replicaPorts.map((port, index) =>
      prepareReplica({ name: `replica-${index + 1}`, port, root: projectRoot, home, env }, this.#around),
    );
    this.services.push(...this.#replicas.map(({ service }) => service));
    this.#control = await openControl(() => this.services);
    const control = this.#control;
    const port = wantedPort > 0 ? wantedPort : await freePort();
    const url = `http://localhost:${port}`;

    if (count > 0) {
      await this.#step(count === 1 ? "one API replica" : `${count} API replicas`, () =>
        allOrFirstFailure(this.#replicas.map(({ service }) => service.start())),
      );
      await this.#step("front door", async () => {
        const turn = new RoundRobin(this.#replicas, ({ service }) => service.state === "stopped");
        this.#frontDoor = await openFrontDoor(port, turn, join(projectRoot, "apps/storefront/dist"));
        this.#stopWatching = watchReadiness(turn, this.#replicas);
        if (!(await answers(`http://127.0.0.1:${port}/healthz`)))
          throw new StackError("The front door does not answer.");
      });
    }
    const waitMs = startedAt + (this.#options.zookeeperWithinMs ?? ZOOKEEPER_WITHIN_MS) - Date.now();
    await Promise.race([zookeeper.settled, sleep(Math.max(0, waitMs), undefined, { ref: false })]);
    const labToken = this.#options.labToken;
    const pidOf = (name: string) => this.services.find((service) => service.name === name)?.pid ?? null;
    this.#describe = () => ({
      pid: process.pid,
      url,
      ...(labToken ? { labToken } : {}),
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
    // An interrupted start notices at its next step; only installing a program may take longer.
    await Promise.race([this.#running, sleep(2000, undefined, { ref: false })]);
    await this.#stopEverything();
    await this.#writing.catch(() => undefined);
    await removeStackFile(this.#options.home);
    await this.#record.clear();
  }

  /** Requests drain first; what they need (Redis, PostgreSQL) goes last. */
  async #stopEverything(): Promise<void> {
    this.#stopWatching?.();
    this.#control?.close();
    this.#frontDoor?.close();
    const replicas = new Set(this.#replicas.map(({ service }) => service));
    await Promise.all([...replicas].map((service) => service.stop()));
    this.#frontDoor?.closeConnections();
    await Promise.all(this.services.filter((service) => !replicas.has(service)).map((service) => service.stop()));
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

  /** Announces a step, says every few seconds that it is still at it, and how long it took. */
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
    // The caller holds this very object, so its pids stay true as well.
    Object.assign(this.#file, this.#describe());
    const file = this.#file;
    this.#writing = this.#writing.then(() => writeStackFile(this.#options.home, file)).catch(() => undefined);
  }
}

async function requireBuiltApi(): Promise<void> {
  const main = join(projectRoot, "apps/api/dist/main.js");
  await access(main).catch((error) => {
    throw new StackError(`The API is not built (${main} is missing). Type: node apps/api/build.mjs`, { cause: error });
  });
}
