import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Replicas } from "./replicas.ts";

const server = fileURLToPath(new URL("./echo-server.ts", import.meta.url));

/** As many processes as there are replicas, each with an Express that does nothing but to answer the JSON that it got. */
export async function startEcho(count: number): Promise<Replicas> {
  const processes = Array.from({ length: count }, () =>
    fork(server, { execArgv: ["--import", "tsx"], env: { ...process.env, NODE_ENV: "production" } }),
  );
  const stop = async () => {
    for (const child of processes) child.kill();
  };
  try {
    const ports = processes.map(
      (child) =>
        new Promise<number>((resolve, reject) => {
          child.once("message", (port) => resolve(Number(port)));
          child.once("exit", (code) => reject(new Error(`An echo ended early (${code}).`)));
        }),
    );
    const urls = (await Promise.all(ports)).map((port) => `http://127.0.0.1:${port}`);
    return { urls, pids: processes.flatMap(({ pid }) => pid ?? []), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
