import { spawn } from "node:child_process";
import type { ExplorationStores } from "./exploration.ts";

interface Around {
  root: string;
  stores: ExplorationStores;
  signal: AbortSignal;
  /** Receives what the process writes to standard output. Default: it is shown. */
  onOutput?(part: string): void;
}

/**
 * Runs Node.js with the addresses of the stores in the environment, and resolves to the exit code. The process is on record,
 * and ends with the signal.
 */
export async function runExplorer(args: readonly string[], { root, stores, signal, onOutput }: Around) {
  const { databaseUrl, redisUrls, dynamodbUrl, record } = stores;
  const child = spawn(process.execPath, args, {
    cwd: root,
    detached: true,
    stdio: ["ignore", onOutput ? "pipe" : "inherit", "inherit", "ipc"],
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
  child.stdout?.setEncoding("utf8").on("data", (part: string) => onOutput?.(part));
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 2));
  });
  const end = () => child.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  try {
    if (child.pid) await record.add({ name: "explorer", pid: child.pid, stopSignal: "SIGTERM" });
    if (signal.aborted) end();
    return await ended;
  } finally {
    signal.removeEventListener("abort", end);
    if (child.pid) await record.remove(child.pid);
  }
}
