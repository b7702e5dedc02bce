import { type Bench, type Client, LONG_TTL_MS } from "../bench.ts";
import { type Case, fail, median, pass, seconds, told } from "../case.ts";

const WAIT_MS = 2_000;

export const hungNode: Case = {
  number: 3,
  name: "Hung node",
  title: "One node hangs: acquires",
  gives: "verdict",
  steps: [
    "A acquires and releases five locks; the median time is taken.",
    "Node 1 accepts commands and does not answer. A acquires a lock.",
  ],
  async run(bench) {
    const a = await bench.client("A");
    const healthyMs = median([
      await cycle(bench, a),
      await cycle(bench, a),
      await cycle(bench, a),
      await cycle(bench, a),
      await cycle(bench, a),
    ]);
    a.proxies[0]?.hang();
    const began = performance.now();
    const outcome = await told(a.acquire(bench.lockName("hung"), LONG_TTL_MS, WAIT_MS));
    const tookMs = performance.now() - began;
    if ("silentMs" in outcome) return fail(`No answer within ${seconds(outcome.silentMs)}, as long as the node hangs.`);
    if ("refusal" in outcome) return fail(`Refused after ${seconds(tookMs)} (${outcome.refusal}).`);
    const ratio = tookMs / healthyMs;
    const figures = { healthyMs: round(healthyMs), hungMs: round(tookMs), ratio: round(ratio) };
    return pass(`Acquired in ${round(tookMs)} ms, ${round(ratio)} times the healthy time.`, { figures });
  },
};

async function cycle(bench: Bench, client: Client): Promise<number> {
  const began = performance.now();
  const grant = await client.acquire(bench.lockName("healthy"), LONG_TTL_MS, WAIT_MS);
  const tookMs = performance.now() - began;
  await client.release(grant);
  return tookMs;
}

const round = (value: number) => Number(value.toPrecision(2));
