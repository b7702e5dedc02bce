import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";
import { logFile } from "./home.ts";
import { Service } from "./supervise/service.ts";
import type { Surroundings } from "./supervise/service-spec.ts";

/** How to run a Redis server: an installed program, or Docker. */
export type RedisRunner = { kind: "program"; path: string } | { kind: "docker"; docker: string; image: string };

export interface RedisService {
  service: Service;
  url: string;
}

/**
 * Prepares a Redis on loopback without persistence. A lock that was restored after its node's crash would be one that no
 * client can release, and the lab's events are only watched live.
 */
export async function prepareRedis(
  name: string,
  home: string,
  runner: RedisRunner,
  around: Surroundings,
  lockNodeRestartDelayMs?: number,
): Promise<RedisService> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const settings = ["--save", "", "--appendonly", "no"];
  const service = new Service(
    {
      name,
      logFile: logFile(home, name),
      command() {
        if (runner.kind === "program") {
          const args = [
            "--port",
            String(port),
            "--bind",
            "127.0.0.1",
            "--protected-mode",
            "yes",
            "--dir",
            "/",
            ...settings,
          ];
          return { file: runner.path, args };
        }
        const container = `last-unit-${name}-${port}`;
        const args = ["run", "--rm", "--name", container, "--publish", `127.0.0.1:${port}:6379`, runner.image];
        return { file: runner.docker, args: [...args, "redis-server", ...settings], container };
      },
      isAnswering: async () => (await redisInfo(url)) !== undefined,
      startWithinMs: runner.kind === "docker" ? 180_000 : 15_000,
      stopSignal: "SIGTERM",
      stopWithinMs: 1500,
      restartDelayMs: lockNodeRestartDelayMs,
      restartHint: `It lost its locks, so it stays down until all leases have expired. To start it now: npm run service -- start ${name}`,
      findAdoptedPid: async () => Number(/process_id:(\d+)/.exec((await redisInfo(url)) ?? "")?.[1]) || null,
    },
    around,
  );
  return { service, url };
}

/** The `INFO server` of a Redis, or undefined if it does not answer within a second. */
export async function redisInfo(url: string): Promise<string | undefined> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 1000,
    commandTimeout: 1000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await client.info("server");
  } catch {
    return undefined;
  } finally {
    client.disconnect();
  }
}
