import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TookTooLong, within } from "./eventually.ts";
import type { WorkerCalls } from "./worker-calls.ts";

const worker = fileURLToPath(new URL("./worker.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const START_BOUND_MS = 60_000;

/** Where an adapter is and which Node.js runs it. */
export interface AdapterSource {
  file: string;
  name: string;
  node: string;
}

type Answer = { id: number; value?: unknown; error?: string };

/** A process of its own that runs the adapters of one file. */
export class ClientProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;
  #end: string | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (answer: Answer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    child.on("exit", (code, signal) => {
      this.#end = `The client process ended (${signal ?? `exit code ${code}`}).`;
      for (const [id, answer] of this.#waiting) answer({ id, error: this.#end });
      this.#waiting.clear();
    });
  }

  /** @throws Error when the adapter cannot be loaded: with what the process said. */
  static async start({ file, node }: AdapterSource): Promise<ClientProcess> {
    const child = fork(worker, [file], {
      execPath: node,
      execArgv: ["--import", tsx],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let said = "";
    child.stderr?.on("data", (data) => {
      said = (said + data).slice(-4_000);
    });
    const client = new ClientProcess(child);
    const ready = new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("error", reject);
      child.once("exit", () => reject(new Error(lastError(said))));
    });
    try {
      await within(ready, START_BOUND_MS, "the client process starts");
    } catch (error) {
      await client.end();
      throw error;
    }
    return client;
  }

  get isAlive(): boolean {
    return this.#end === undefined;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Rejects with what the adapter threw. Is never bounded here. */
  call<Name extends keyof WorkerCalls>(
    call: Name,
    ...args: Parameters<WorkerCalls[Name]>
  ): ReturnType<WorkerCalls[Name]> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(new Error(this.#end));
      this.#waiting.set(id, ({ value, error }) => (error === undefined ? resolve(value) : reject(new Error(error))));
      this.#child.send({ id, call, args });
    });
    // The case that stopped waiting for it has reported that.
    answered.catch(() => {});
    return answered as ReturnType<WorkerCalls[Name]>;
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(signal);
  }

  async end(): Promise<void> {
    if (this.#end !== undefined || this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
  }
}

export const isTooLong = (error: unknown): error is TookTooLong => error instanceof TookTooLong;

/** Of a stack trace, the line that says what was thrown. */
const lastError = (said: string) =>
  /^\w*Error.*$/m.exec(said)?.[0] ?? said.trim().split("\n").at(-1) ?? "no reason given";
