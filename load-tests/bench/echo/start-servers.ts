import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Replicas } from "../figure.ts";

/** `echo`: a bare Express that answers the JSON that it got. `no-sale`: the shop's application with everything but the sale. */
export type ServerKind = "echo" | "no-sale";

/** As many processes as there are replicas. */
export async function startServers(kind: ServerKind, count: number): Promise<Replicas> {
  const server = fileURLToPath(new URL(`./${kind}-server.ts`, import.meta.url));
  const env = { ...process.env, NODE_ENV: "production" };
  // The same flags as a replica's, in apps/stack/src/replica.ts.
  const execArgv = ["--import", "tsx", "--max-semi-space-size=64"];
  const processes = Array.from({ length: count }, () =>
    fork(server, { execArgv, env, stdio: ["ignore", "ignore", "inherit", "ipc"] }),
  );
  const stop = async () => {
    for (const child of processes) child.kill();
  };
  try {
    const ports = processes.map(
      (child) =>
        new Promise<number>((resolve, reject) => {
          child.once("message", (port) => resolve(Number(port)));
          child.once("exit", (code) => reject(new Error(`A server to compare with ended early (${code}).`)));
        }),
    );
    const urls = (await Promise.all(ports)).map((port) => `http://127.0.0.1:${port}`);
    return { urls, pids: processes.flatMap(({ pid }) => pid ?? []), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
