import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Replicas } from "../figure.ts";

interface Command {
  bench: Pick<Bench, "system" | "signal">;
  /** The checkout whose `scripts/start.mjs` is run. */
  folder: string;
  databaseUrl: string;
  strategy?: string;
  /** Default 3. */
  replicas?: number;
}

/** The first start of a checkout builds it. */
const READY_WITHIN_MS = 300_000;
const STOPPED_WITHIN_MS = 30_000;
/** A start gives up if a service does not answer within a second, which happens on a busy machine. */
const TRIES = 3;

/**
 * Starts a checkout of any age: knows only the start command, the environment variables and `stack.json`.
 *
 * @throws Error with the last lines of its output, if it ends or is not ready in time.
 */
export async function startByCommand({
  bench,
  folder,
  databaseUrl,
  strategy,
  replicas = 3,
}: Command): Promise<Replicas> {
  const { file } = bench.system;
  const env = {
    ...replicaEnv(strategy),
    REPLICAS: String(replicas),
    DATABASE_URL: databaseUrl,
    REDIS_URLS: file.redis.map(({ url }) => url).join(","),
    EVENTS_REDIS_URL: file.eventsRedis.url,
    ...(file.dynamodb && { DYNAMODB_ENDPOINT: file.dynamodb.url }),
    ZOOKEEPER: "0",
  };
  const home = await mkdtemp(join(tmpdir(), "last-unit-bench-"));
  const removeHome = () => rm(home, { recursive: true, force: true });
  for (let tries = 1; ; tries += 1) {
    try {
      const { file: stack, stop } = await runStart(folder, home, env, bench.signal);
      return {
        urls: stack.replicas.map(({ url }) => url),
        pids: stack.replicas.flatMap(({ pid }) => pid ?? []),
        stop: () => stop().finally(removeHome),
      };
    } catch (error) {
      if (tries < TRIES && !bench.signal.aborted) continue;
      await removeHome();
      throw error;
    }
  }
}

/** As in production; and no reservation runs out while something else is measured. */
export const replicaEnv = (strategy?: string) => ({
  ...(strategy && { LOCK_STRATEGY: strategy }),
  NODE_ENV: "production",
  RESERVATION_TTL_MS: String(24 * 3_600_000),
});

interface StackFile {
  url: string;
  replicas: { url: string; pid: number | null }[];
}

/** Runs `npm start`'s script until the system is ready. `readyAfterMs`: since the process was started. */
export async function runStart(folder: string, home: string, env: NodeJS.ProcessEnv, signal: AbortSignal) {
  signal.throwIfAborted();
  const began = performance.now();
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: folder,
    env: { ...notUnderNpm(process.env), ...env, PORT: String(await freePort()), LAST_UNIT_HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part) => {
      output = (output + part).slice(-4_000);
    });
  }
  const ended = once(child, "exit");
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), STOPPED_WITHIN_MS);
    await ended;
    clearTimeout(force);
  };
  try {
    while (performance.now() - began < READY_WITHIN_MS) {
      signal.throwIfAborted();
      if (child.exitCode !== null) break;
      const file = await readStack(home);
      if (file && (await Promise.all(file.replicas.map(isReady))).every(Boolean)) {
        return { file, readyAfterMs: performance.now() - began, stop };
      }
      await sleep(25);
    }
    throw new Error(`${folder} did not start:\n${output.trim().split("\n").slice(-15).join("\n")}`);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The start script ends together with the npm that runs it; here, none does. */
const notUnderNpm = ({ npm_lifecycle_event, ...env }: NodeJS.ProcessEnv) => env;

async function readStack(home: string): Promise<StackFile | undefined> {
  const text = await readFile(join(home, "stack.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as StackFile);
}

const isReady = ({ url }: { url: string }) =>
  fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
