import { fileURLToPath } from "node:url";
import { runInChild } from "./child.ts";

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

/** Keeps `clients` connections busy, each with one request at a time, from a process of its own. */
export const fireAt = (load: HttpLoad, signal: AbortSignal): Promise<HttpResult> =>
  runInChild<HttpLoad, HttpResult>(worker, load, signal);

export const answered = ({ answers }: HttpResult, status: number): number => answers[status] ?? 0;

/** Everything that was neither served nor told the truth about the stock. */
export function failed(result: HttpResult, expected: readonly number[]): number {
  const others = Object.entries(result.answers).filter(([status]) => !expected.includes(Number(status)));
  return others.reduce((sum, [, count]) => sum + count, result.unanswered);
}
