import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { freePort } from "./free-port.ts";
import { logFile } from "./home.ts";
import { Service } from "./supervise/service.ts";
import type { Surroundings } from "./supervise/service-spec.ts";

/**
 * Prepares dynalite, a DynamoDB in JavaScript, on loopback. Its tables are on disk: if a lock's counter started from zero
 * after a restart, PostgreSQL would reject its fencing tokens.
 */
export async function prepareDynamodb(home: string, around: Surroundings): Promise<{ service: Service; url: string }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const cli = join(dirname(createRequire(import.meta.url).resolve("dynalite")), "cli.js");
  const settings = ["--host", "127.0.0.1", "--port", String(port), "--createTableMs", "0"];
  const service = new Service(
    {
      name: "dynamodb",
      logFile: logFile(home, "dynamodb"),
      command: () => ({
        file: process.execPath,
        args: [cli, ...settings, "--path", join(home, "data", "dynamodb")],
        env: { PATH: process.env.PATH },
      }),
      isAnswering: () => answersHttp(url),
      startWithinMs: 15_000,
      stopSignal: "SIGTERM",
      stopWithinMs: 1500,
    },
    around,
  );
  return { service, url };
}

/**
 * Whether an HTTP server answers within a second, with any status: DynamoDB implementations answer a plain GET
 * differently.
 */
export async function answersHttp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
