import { join } from "node:path";
import { logFile } from "./home.ts";
import { Service } from "./supervise/service.ts";
import type { Surroundings } from "./supervise/service-spec.ts";

export interface ReplicaService {
  name: string;
  url: string;
  service: Service;
}

/** One process of the checkout API. It keeps its port for the life of the system, so its siblings always find it. */
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
        // A crowd's requests wait for a second or two. With a small nursery they would all be moved to the old space first.
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

/** Whether this address answers with a 2xx status within a second. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** What a replica takes over from the terminal's environment: what any program needs, and the settings meant for it. */
function inherited(): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "TZ", "LANG", "LC_ALL", "TMPDIR", "NODE_OPTIONS", "NODE_ENV"];
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
    "SWEEP_INTERVAL_MS",
  ];
  return Object.fromEntries(
    [...names, ...meant].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
}
