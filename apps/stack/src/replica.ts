import { join } from "node:path";
import { logFile } from "./home.ts";
import { Service } from "./supervise/service.ts";
import type { Surroundings } from "./supervise/service-spec.ts";

export interface ReplicaService {
  name: string;
  url: string;
  service: Service;
}

/**
 * Prepares one process of the checkout API. It keeps its port across restarts, so that the other replicas can reach it.
 */
export function prepareReplica(
  options: { name: string; port: number; root: string; home: string; env: Record<string, string> },
  around: Surroundings,
): ReplicaService {
  const { name, port, root, home, env } = options;
  const url = `http://127.0.0.1:${port}`;
  const service = new Service(
    {
      name,
      logFile: logFile(home, name),
      command: () => ({
        file: process.execPath,
        // Waiting requests live for a second or two. A larger V8 young generation avoids promoting them to the old one.
        args: ["--enable-source-maps", "--max-semi-space-size=64", join(root, "apps/api/dist/main.js")],
        cwd: root,
        env: {
          SHUTDOWN_DELAY_MS: "200",
          ...inherited(),
          ...env,
          HOST: "127.0.0.1",
          PORT: String(port),
          REPLICA_NAME: name,
        },
      }),
      isAnswering: () => answers(`${url}/healthz`),
      startWithinMs: 60_000,
      stopSignal: "SIGTERM",
      stopWithinMs: 6500,
    },
    around,
  );
  return { name, url, service };
}

/** Whether this address answers within a second, with a 2xx status or, with `anyStatus`, with any. */
export async function answers(url: string, { anyStatus = false } = {}): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
    await response.arrayBuffer();
    return anyStatus || response.ok;
  } catch {
    return false;
  }
}

/** What Node.js and its TLS read, such as NODE_EXTRA_CA_CERTS and HTTPS_PROXY. */
const READ_BY_LIBRARIES = /^(NODE_|SSL_|OTEL_|(HTTPS?|NO)_PROXY$)/i;

/**
 * The variables that a replica inherits from the terminal: those that any program and the libraries need, and the API's
 * settings.
 */
function inherited(): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "TZ", "LANG", "LC_ALL", "TMPDIR"];
  const meant = [
    "DATABASE_POOL",
    "IDEMPOTENCY_TTL_MS",
    "LAB_RUN_TTL_MS",
    "LOCK_STRATEGY",
    "LOCK_TTL_MS",
    "LOCK_WAIT_MS",
    "LOG_LEVEL",
    "PAYMENT_TIMEOUT_MS",
    "RESERVATION_TTL_MS",
    "SHUTDOWN_DELAY_MS",
    "PUBLIC_HOSTS",
    "SWEEP_INTERVAL_MS",
  ];
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name, value]) => value && (names.includes(name) || meant.includes(name) || READ_BY_LIBRARIES.test(name)),
    ),
  );
}
