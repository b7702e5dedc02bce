import { spawn } from "node:child_process";
import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "../free-port.ts";
import { logFile, readOrMakeSecret } from "../home.ts";
import { StackError } from "../stack-error.ts";
import { processStart } from "../supervise/process-identity.ts";
import { Service, type Surroundings } from "../supervise/service.ts";
import { type PostgresBinaries, postgresBinaries } from "./binaries.ts";
import { type RunAs, waysToRun } from "./run-as.ts";

const USER = "last_unit";

export interface Postgres {
  service: Service;
  /** Address of the shop's database. */
  url: string;
}

/** PostgreSQL 18 with its default durability, its data in the home. Initialises it at the first call; does not start it. */
export async function preparePostgres(home: string, around: Surroundings): Promise<Postgres> {
  const password = await readOrMakeSecret(home, "postgres-password");
  const data = join(home, "data", "postgres");
  const { binaries, runAs } = await initialise(home, data, password);
  const port = await freePort();
  const url = `postgresql://${USER}:${password}@127.0.0.1:${port}`;
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    max_connections: 200,
    unix_socket_directories: "",
    log_line_prefix: "%m [%p] ",
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
      stopSignal: "SIGINT", // "fast shutdown": ends the sessions, writes everything down
      stopWithinMs: 2500,
      findAdoptedPid: () => readPidFile(data),
    },
    around,
  );
  return { service, url: `${url}/${USER}` };
}

/** Makes the shop's database when it is not there yet. */
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

async function initialise(home: string, data: string, password: string) {
  const shipped = await postgresBinaries();
  const ways = await waysToRun();
  const chosenPath = join(home, "data", "postgres-runs-as");
  const chosen = await readFile(chosenPath, "utf8").catch(() => undefined);
  const earlier = ways.find(({ name }) => name === chosen?.trim());
  if (earlier && (await exists(join(data, "PG_VERSION")))) {
    return { runAs: earlier, binaries: await earlier.prepare(shipped) };
  }
  if (await exists(join(data, "PG_VERSION"))) {
    throw new StackError(
      `The data in ${data} was made by another user${chosen ? ` (${chosen.trim()})` : ""}. ` +
        "Start as that user again, or name a fresh folder with LAST_UNIT_HOME.",
    );
  }
  const failures: string[] = [];
  for (const runAs of ways) {
    try {
      const binaries = await runAs.prepare(shipped);
      await initdb(home, data, password, binaries, runAs);
      await writeFile(chosenPath, `${runAs.name}\n`);
      return { runAs, binaries };
    } catch (error) {
      failures.push(`${runAs.name}: ${(error as Error).message}`);
    }
  }
  throw new StackError(
    `PostgreSQL could not be initialised. ${failures.join("\n")}\n` +
      (process.getuid?.() === 0
        ? "PostgreSQL refuses to run as root: start as an ordinary user, or set DATABASE_URL to a PostgreSQL 18 of your own."
        : "Set DATABASE_URL to a PostgreSQL 18 of your own."),
  );
}

/** Into a draft first, renamed when complete: an interrupted start leaves nothing that the next one would mistake for data. */
async function initdb(
  home: string,
  data: string,
  password: string,
  binaries: PostgresBinaries,
  runAs: RunAs,
): Promise<void> {
  const draft = `${data}.draft`;
  const passwordFile = `${data}.password`;
  await rm(draft, { recursive: true, force: true });
  await rm(data, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await runAs.own(draft);
    await runAs.own(passwordFile);
    const { file, args, uid, gid } = runAs.wrap(binaries.initdb, [
      `--pgdata=${draft}`,
      `--username=${USER}`,
      "--auth=scram-sha-256",
      `--pwfile=${passwordFile}`,
      "--encoding=UTF8",
      "--no-locale",
    ]);
    const log = await open(logFile(home, "postgres"), "a", 0o600);
    let output = "";
    const code = await new Promise<number | null>((done, fail) => {
      const child = spawn(file, args, { uid, gid, cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (part: Buffer) => {
          output += part.toString("utf8");
        });
      }
      child.once("error", fail);
      child.once("close", done);
    }).finally(async () => {
      await log.appendFile(output);
      await log.close();
    });
    if (code !== 0) throw new Error(output.trim().split("\n").slice(-3).join(" ") || `initdb ended with code ${code}`);
    await rename(draft, data);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

async function readPidFile(data: string): Promise<number | null> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  return Number.parseInt(text, 10) || null;
}

/**
 * After a crash the pid in `postmaster.pid` may belong to some other program by now, and PostgreSQL would then refuse to
 * start. Only where the system tells what that process is; otherwise PostgreSQL decides.
 */
async function removeForeignPidFile(data: string): Promise<void> {
  const pid = await readPidFile(data);
  if (pid === null || process.platform !== "linux" || !(await processStart(pid))) return;
  const program = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  if (program && program.trim() !== "postgres") await rm(join(data, "postmaster.pid"), { force: true });
}

const exists = (path: string) =>
  readFile(path).then(
    () => true,
    () => false,
  );
