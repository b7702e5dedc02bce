import { cpuSeconds } from "./cpu-time.ts";
import type { Bench, Replicas, Side } from "./figure.ts";
import { answered, failed, fireAt, type HttpResult } from "./http-load.ts";
import { median } from "./rounds.ts";

/** A checkout's good answers: bought, and truthfully sold out. */
const GOOD = [201, 409];

export interface Checkouts extends HttpResult {
  cpuSeconds: number;
}

/** Many clients that each buy one unit of the same product after the other. */
export async function buyOneProduct(
  bench: Bench,
  { urls, pids }: Replicas,
  sku: string,
  clients: number,
): Promise<Checkouts> {
  const { redis, postgres } = bench.system.file;
  const everything = [...pids, ...[postgres, ...redis].flatMap(({ pid }) => pid ?? [])];
  const plan = { kind: "same" as const, path: "/api/checkout", body: { items: [{ sku, quantity: 1 }] } };
  const before = await cpuSeconds(everything).catch(() => Number.NaN);
  const result = await fireAt({ urls, clients, seconds: bench.secondsEach, plan }, bench.signal);
  const after = await cpuSeconds(everything).catch(() => Number.NaN);
  return { ...result, cpuSeconds: after - before };
}

export const unitsOf = (result: HttpResult) => answered(result, 201);
export const unitsPerSecond = (result: HttpResult) => unitsOf(result) / result.seconds;

/** Latencies are the median of the rounds. */
export function sideOf(
  name: string,
  clients: number,
  rounds: readonly HttpResult[],
  good: readonly number[] = GOOD,
): Side {
  return {
    name,
    clients,
    perSecond: rounds.map((round) => answered(round, good[0] ?? 200) / round.seconds),
    latencyMs: {
      p50: median(rounds.map(({ latencyMs }) => latencyMs.p50)),
      p99: median(rounds.map(({ latencyMs }) => latencyMs.p99)),
    },
    errors: rounds.reduce((sum, round) => sum + failed(round, good), 0),
  };
}
