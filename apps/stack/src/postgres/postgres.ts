import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "../free-port.ts";
import { logFile, readOrMakeSecret } from "../home.ts";
import { processStart } from "../supervise/process-identity.ts";
import { Service } from "../supervise/service.ts";
import type { Surroundings } from "../supervise/service-spec.ts";
import { initialise, USER } from "./initialise.ts";

export interface Postgres {
  service: Service;
  /** Address of the shop's database. */
  url: string;
}

export interface PostgresOptions {
  /** Name of the data folder in the home's `data`; default `postgres`. */
  folder?: string;
  /** Server settings beside the usual ones. */
  settings?: Readonly<Record<string, string>>;
}

/**
 * Prepares PostgreSQL 18, with its default durability unless `settings` say otherwise, and its data in the home. Initialises
 * the data at the first call.
 */
export async function preparePostgres(
  home: string,
  around: Surroundings,
  { folder = "postgres", settings: added = {} }: PostgresOptions = {},
): Promise<Postgres> {
  const password = await readOrMakeSecret(home, "postgres-password");
  const data = join(home, "data", folder);
  const { binaries, runAs } = await initialise(home, data, password, around);
  const port = await freePort();
  const url = `postgresql://${USER}:${password}@127.0.0.1:${port}`;
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    max_connections: 200,
    unix_socket_directories: "",
    log_line_prefix: "%m [%p] ",
    // Overrides the machine's time zone, which initdb wrote into postgresql.conf.
    timezone: "UTC",
    log_timezone: "UTC",
    ...added,
  };
  const service = new Service(
    {
      name: "postgres",
      logFile: logFile(home, "postgres"),
      async command() {
        await removeForeignPidFile(data);
        const args = ["-D", data, ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`])];
        return runAs.wrap(binaries.postgres, args);
      },
      isAnswering: () => answersQueries(`${url}/postgres`),
      startWithinMs: 60_000,
      stopSignal: "SIGINT", // "fast shutdown": ends the sessions and writes a checkpoint
      stopWithinMs: 2500,
      findAdoptedPid: () => readPidFile(data),
    },
    around,
  );
  return { service, url: `${url}/${USER}` };
}

/** Creates the shop's database, unless it exists. */
export async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.replace(/\/[^/]*$/, "/postgres") });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [USER]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${USER}`);
  } finally {
    await client.end();
  }
}

/** Whether the database at this address answers a query within a second. */
export async function answersQueries(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000, query_timeout: 1000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function readPidFile(data: string): Promise<number | null> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  return Number.parseInt(text, 10) || null;
}

/**
 * Removes `postmaster.pid` if its pid belongs to another program. After a crash the system may have reused the pid, and
 * PostgreSQL would refuse to start. If the system does not tell which program it is, PostgreSQL decides.
 */
async function removeForeignPidFile(data: string): Promise<void> {
  const pid = await readPidFile(data);
  if (pid === null || process.platform !== "linux" || !(await processStart(pid))) return;
  const program = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  if (program && program.trim() !== "postgres") await rm(join(data, "postmaster.pid"), { force: true });
}
