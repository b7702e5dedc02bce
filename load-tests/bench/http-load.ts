import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What every client of a load does, again and again. */
export type Plan =
  /** Sends this body to this path. */
  | { kind: "same"; path: string; body: unknown; headers?: Record<string, string> }
  /** Buys carts of one to four lines of a shop's products, most of them popular ones, then pays or cancels. */
  | { kind: "day"; skus: readonly string[]; declinedShare: number; cancelledShare: number };

export interface HttpLoad {
  /** The clients are spread over them evenly. */
  urls: readonly string[];
  clients: number;
  seconds: number;
  plan: Plan;
}

export interface HttpResult {
  seconds: number;
  /** Answers by status. */
  answers: Record<string, number>;
  /** Requests that got no answer. */
  unanswered: number;
  latencyMs: { p50: number; p99: number };
  /** Of a day: orders whose whole story was told, by how it ended. */
  stories?: Record<string, number>;
}

const worker = fileURLToPath(new URL("./http-load-worker.ts", import.meta.url));

let generator: ChildProcess | undefined;

/**
 * Keeps `clients` connections busy, each with one request at a time, from a process of its own. All loads share it, so
 * that its code is compiled after the first one. Only one load runs at a time.
 */
export async function fireAt(load: HttpLoad, signal: AbortSignal): Promise<HttpResult> {
  signal.throwIfAborted();
  generator ??= fork(worker, { execArgv: ["--import", "tsx"] });
  const child = generator;
  const waiting = new AbortController();
  signal.addEventListener("abort", stopLoads, { once: true });
  try {
    child.send(load);
    const ended = once(child, "exit", { signal: waiting.signal }).then(() => {
      if (generator === child) generator = undefined;
      throw signal.aborted ? signal.reason : new Error("The process that sends the load has ended.");
    });
    const [result] = await Promise.race([once(child, "message", { signal: waiting.signal }), ended]);
    return result as HttpResult;
  } finally {
    signal.removeEventListener("abort", stopLoads);
    waiting.abort();
  }
}

/** Ends the process that sends the loads. The next load starts another one. */
export function stopLoads(): void {
  generator?.kill("SIGKILL");
  generator = undefined;
}

export const answered = ({ answers }: HttpResult, status: number): number => answers[status] ?? 0;

/** Everything that was neither served nor told the truth about the stock. */
export function failed(result: HttpResult, expected: readonly number[]): number {
  const others = Object.entries(result.answers).filter(([status]) => !expected.includes(Number(status)));
  return others.reduce((sum, [, count]) => sum + count, result.unanswered);
}
