import { createHash } from "node:crypto";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { prepareDynamodb } from "./dynamodb.ts";
import { prepareHome } from "./home.ts";
import { createDatabase, preparePostgres } from "./postgres/postgres.ts";
import { ensureRedis } from "./programs/redis-runner.ts";
import { prepareRedis } from "./redis.ts";
import { endOrphans } from "./supervise/end-orphans.ts";
import { lockHome } from "./supervise/home-lock.ts";
import { ProcessRecord } from "./supervise/process-record.ts";
import type { Service } from "./supervise/service.ts";
import type { Surroundings } from "./supervise/service-spec.ts";
import { signalPid } from "./supervise/signal-pid.ts";
import { startWatcher } from "./supervise/watcher.ts";

/** The stores of an exploration: nobody else's, and nothing in them survives. */
export interface ExplorationStores {
  databaseUrl: string;
  /** Five nodes, or none. */
  redisUrls: string[];
  dynamodbUrl?: string;
  /** Every process that the exploration starts is to be added, so that the watcher ends it. */
  record: ProcessRecord;
  /** Pauses a process of the PostgreSQL server. */
  pause(pid: number): void;
  resume(pid: number): void;
  stop(): Promise<void>;
}

export interface ExplorationOptions {
  /** Folder for data and logs. Its prepared data makes later starts faster. */
  home: string;
  /** What is started beside PostgreSQL. Default: nothing. */
  needs?: { redis?: boolean; dynamodb?: boolean };
  report?(line: string): void;
  signal?: AbortSignal;
}

const LOCK_NODES = 5;

/** Durability is of no use here, and nothing but the explored processes may take a lock. */
const settings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  autovacuum: "off",
  deadlock_timeout: "1ms",
  max_connections: "40",
  shared_buffers: "32MB",
  // Lock waits are reported to the sessions themselves (apps/explorer/src/postgres); the log would only repeat them.
  log_min_messages: "fatal",
  // With the name of the process, for a session that logs its statements nevertheless.
  log_line_prefix: "%m %a ",
};

const PREPARED = "prepared";
const COPY = "exploration";

const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

/**
 * Starts a PostgreSQL cluster of its own on a copy of a prepared data folder, and the lock stores that are needed. The
 * first start in a home prepares the data.
 *
 * @throws StackError with a message for the user, after everything has been stopped.
 */
export async function startExplorationStores({
  home,
  needs = {},
  report = () => {},
  signal = new AbortController().signal,
}: ExplorationOptions): Promise<ExplorationStores> {
  await prepareHome(home);
  const unlock = await lockHome(home, async () => undefined);
  const record = new ProcessRecord(home);
  const around: Surroundings = { record, report, ending: signal, changed: () => {} };
  const services: Service[] = [];
  const stop = async () => {
    for (const service of services) await service.stop();
    for (const folder of [COPY, "dynamodb"]) await rm(join(home, "data", folder), { recursive: true, force: true });
    await record.clear();
    record.watcher?.dismiss();
    await unlock();
  };
  try {
    await endOrphans(record, report);
    record.watcher = await startWatcher(home, projectRoot);
    await prepareData(home, around, services);
    signal.throwIfAborted();
    const data = join(home, "data");
    await rm(join(data, COPY), { recursive: true, force: true });
    await cp(join(data, PREPARED), join(data, COPY), { recursive: true, mode: 0 });
    const { service, url } = await preparePostgres(home, around, { folder: COPY, settings });
    services.push(service);
    await service.start();
    const redisUrls = needs.redis ? await startLockNodes(home, around, services) : [];
    const dynamodbUrl = needs.dynamodb ? await startDynamodb(home, around, services) : undefined;
    const pause = (pid: number) => signalPid(pid, "SIGSTOP");
    const resume = (pid: number) => signalPid(pid, "SIGCONT");
    return { databaseUrl: url, redisUrls, dynamodbUrl, record, pause, resume, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startLockNodes(home: string, around: Surroundings, services: Service[]): Promise<string[]> {
  const runner = await ensureRedis((line) => around.report(line));
  const urls: string[] = [];
  for (let number = 1; number <= LOCK_NODES; number += 1) {
    const { service, url } = await prepareRedis(`redis-${number}`, home, runner, around);
    services.push(service);
    await service.start();
    urls.push(url);
  }
  return urls;
}

async function startDynamodb(home: string, around: Surroundings, services: Service[]): Promise<string> {
  const { service, url } = await prepareDynamodb(home, around);
  services.push(service);
  await service.start();
  return url;
}

/** Creates the data folder with the shop's tables, unless it exists and the migrations are still the same. */
async function prepareData(home: string, around: Surroundings, services: Service[]): Promise<void> {
  const marker = join(home, "data", `${PREPARED}-for`);
  const wanted = await migrationsFingerprint();
  if ((await readFile(marker, "utf8").catch(() => "")) === wanted) return;
  around.report("preparing a PostgreSQL for explorations …");
  await rm(join(home, "data", PREPARED), { recursive: true, force: true });
  const { service, url } = await preparePostgres(home, around, { folder: PREPARED, settings });
  services.push(service);
  await service.start();
  await createDatabase(url);
  const { migrate } = await import("@last-unit/prisma/migrate");
  await migrate(url);
  await service.stop();
  services.pop();
  await writeFile(marker, wanted, { mode: 0o600 });
}

async function migrationsFingerprint(): Promise<string> {
  const folder = join(dirname(createRequire(import.meta.url).resolve("@last-unit/prisma/migrate")), "migrations");
  const hash = createHash("sha256");
  for (const name of (await readdir(folder)).sort()) {
    hash.update(name).update(await readFile(join(folder, name, "migration.sql"), "utf8").catch(() => ""));
  }
  return hash.digest("hex");
}
