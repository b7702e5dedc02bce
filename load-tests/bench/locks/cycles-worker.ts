import { type LockWay, type LockWayName, lockWays } from "./ways.ts";

export interface CyclesTask {
  way: LockWayName;
  urls: readonly string[];
  clients: number;
  milliseconds: number;
}

/** `missing`: why it cannot be measured here. */
export type CyclesAnswer =
  | { perSecond: number; errors: number; latencyMs: { p50: number; p99: number } }
  | { missing: string };

const WARM_UP_MS = 500;

// Says "ready", gets a task, answers with what it measured.
process.once("message", async (task: CyclesTask) => {
  process.send?.(await measure(task), () => process.disconnect());
});
process.send?.("ready");

async function measure({ way, urls, clients, milliseconds }: CyclesTask): Promise<CyclesAnswer> {
  const { nodes: count, connect, open }: LockWay = lockWays[way];
  const nodes = urls.slice(0, count).map((url) => connect(url));
  for (const node of nodes) node.on("error", () => {});
  try {
    await Promise.all(nodes.map((node) => new Promise((resolve) => node.once("ready", resolve))));
    const cycle = await open(nodes);
    const keys = Array.from({ length: clients }, (_, index) => `bench:${way}:${index}`);
    await takeTime(cycle, keys, WARM_UP_MS);
    const { latencies, errors, firstError, tookMs } = await takeTime(cycle, keys, milliseconds);
    if (latencies.length === 0) throw firstError;
    latencies.sort((a, b) => a - b);
    const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
    return { perSecond: latencies.length / (tookMs / 1_000), errors, latencyMs: { p50: at(0.5), p99: at(0.99) } };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  } finally {
    for (const node of nodes) node.disconnect();
  }
}

/** Everybody cycles on a key of their own until the time is over. */
async function takeTime(cycle: (key: string) => Promise<void>, keys: readonly string[], milliseconds: number) {
  const latencies: number[] = [];
  let errors = 0;
  let firstError: unknown;
  const start = performance.now();
  const end = start + milliseconds;
  await Promise.all(
    keys.map(async (key) => {
      for (let began = start; began < end; ) {
        try {
          await cycle(key);
          const now = performance.now();
          latencies.push(now - began);
          began = now;
        } catch (error) {
          firstError ??= error;
          errors += 1;
          began = performance.now();
        }
      }
    }),
  );
  return { latencies, errors, firstError, tookMs: performance.now() - start };
}
