import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { eventually } from "./eventually.ts";

/** Learns of each process, so that it can end those that are left when the program is killed. */
export interface ProcessList {
  add(process: { name: string; pid: number; stopSignal: NodeJS.Signals }): unknown;
  remove(pid: number): unknown;
}

export interface NodeOptions {
  /** The path of `redis-server` or `valkey-server`. */
  program: string;
  processes?: ProcessList;
}

/** One real Redis process, and a connection of the program's own that no fault touches. */
export class RedisNode {
  readonly direct: Redis;
  #child: ChildProcess | undefined;

  private constructor(
    readonly name: string,
    readonly port: number,
    readonly folder: string,
    readonly options: NodeOptions,
  ) {
    this.direct = new Redis(port, "127.0.0.1", {
      lazyConnect: true,
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
    });
    this.direct.on("error", () => {});
  }

  static async start(name: string, options: NodeOptions): Promise<RedisNode> {
    const folder = await mkdtemp(join(tmpdir(), "last-unit-conformance-"));
    const node = new RedisNode(name, await freePort(), folder, options);
    await node.#launch();
    return node;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Kills the process and starts it again, without its data or with the data of this moment. */
  async restart(data: "lost" | "kept"): Promise<void> {
    if (data === "kept") await this.direct.save();
    else await rm(join(this.folder, "dump.rdb"), { force: true });
    await this.#kill();
    await this.#launch();
  }

  async stop(): Promise<void> {
    this.direct.disconnect();
    await this.#kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #launch(): Promise<void> {
    const settings = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", this.folder];
    const child = spawn(this.options.program, ["--port", String(this.port), ...settings], { stdio: "ignore" });
    this.#child = child;
    const failed = once(child, "error").then(([error]) => Promise.reject(error));
    await Promise.race([failed, once(child, "spawn")]);
    failed.catch(() => {});
    await this.options.processes?.add({ name: this.name, pid: child.pid ?? 0, stopSignal: "SIGTERM" });
    await eventually(() => this.#isAnswering(), `${this.name} answers on port ${this.port}`, 30_000);
  }

  async #isAnswering(): Promise<boolean> {
    if (this.#child?.exitCode !== null) throw new Error(`${this.name} ended with exit code ${this.#child?.exitCode}.`);
    if (this.direct.status === "wait") await this.direct.connect().catch(() => {});
    return this.direct.status === "ready" && (await this.direct.ping().catch(() => "")) === "PONG";
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    await this.options.processes?.remove(child.pid ?? 0);
  }
}

/** Below the range of ephemeral ports: a node that restarts needs the same port. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => probe.close(resolve));
    if (isFree) return port;
  }
}
