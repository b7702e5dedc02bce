import { spawn } from "node:child_process";
import { join } from "node:path";
import { type ExplorationStores, startExplorationStores } from "../exploration.ts";
import { readSettings } from "../settings.ts";
import { StackError } from "../stack-error.ts";

type Needs = { redis: boolean; dynamodb: boolean };

/**
 * `npm run explore`: starts stores of its own, and a process that explores on them. Resolves to the exit code: 0 right in
 * every order, 1 a wrong order exists, 2 it cannot run.
 *
 * @param flags as JSON; `apps/api/src/lab/explore/options.ts` reads them.
 */
export async function explore(root: string, flags: string, needs: Needs, signal: AbortSignal): Promise<number> {
  const main = join(root, "apps/api/src/lab/explore/main.ts");
  return withExplorationStores(root, needs, signal, async (stores) => {
    const { code } = await runExplorer(["--import", "tsx", main, flags], { root, stores, signal });
    return code;
  });
}

/** Starts the stores for as long as `work` runs. Resolves to its exit code, or to 2 if the stores cannot be started. */
export async function withExplorationStores(
  root: string,
  needs: Needs,
  signal: AbortSignal,
  work: (stores: ExplorationStores) => Promise<number>,
): Promise<number> {
  const { home } = readSettings(process.env, root);
  try {
    const report = (line: string) => console.error(line);
    const stores = await startExplorationStores({ home: join(home, "explore"), needs, report, signal });
    try {
      return await work(stores);
    } finally {
      await stores.stop();
    }
  } catch (error) {
    if (signal.aborted) return 2;
    if (!(error instanceof StackError)) throw error;
    console.error(error.message);
    return 2;
  }
}

interface Around {
  root: string;
  stores: ExplorationStores;
  signal: AbortSignal;
  /** Whether to return what the process writes to standard output, instead of showing it. */
  isCaptured?: boolean;
}

/** Runs Node.js with the addresses of the stores in the environment. The process is on record, and ends with the signal. */
export async function runExplorer(args: readonly string[], { root, stores, signal, isCaptured = false }: Around) {
  const { databaseUrl, redisUrls, dynamodbUrl, record } = stores;
  const child = spawn(process.execPath, args, {
    cwd: root,
    detached: true,
    stdio: ["ignore", isCaptured ? "pipe" : "inherit", "inherit", "ipc"],
    env: {
      ...process.env,
      // The SDK's advice is for those who install it, not for those who explore.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      DATABASE_URL: databaseUrl,
      REDIS_URLS: redisUrls.length > 0 ? redisUrls.join(",") : undefined,
      DYNAMODB_ENDPOINT: dynamodbUrl,
    },
  });
  child.on("message", (request: { pause: number } | { resume: number }) => {
    if ("pause" in request) stores.pause(request.pause);
    else stores.resume(request.resume);
    child.send("done");
  });
  let output = "";
  child.stdout?.on("data", (part) => {
    output += part;
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 2));
  });
  const end = () => child.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  try {
    if (child.pid) await record.add({ name: "explorer", pid: child.pid, stopSignal: "SIGTERM" });
    return { code: await ended, output };
  } finally {
    signal.removeEventListener("abort", end);
    if (child.pid) await record.remove(child.pid);
  }
}
