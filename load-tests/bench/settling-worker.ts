import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { pino } from "pino";
import { placeOrder } from "../../apps/api/src/checkout/place-order.ts";
import { openConnections } from "../../apps/api/src/connections.ts";
import { readEnv } from "../../apps/api/src/env.ts";
import { openShop } from "../../apps/api/src/open-shop.ts";
import type { Settling, SettlingTask } from "./settling.ts";

const WARM_UP_MS = 1_500;
const CONNECT_WITHIN_MS = 10_000;

// A replica without its HTTP server: says "ready", gets a task, and answers with what its buyers were told.
process.once("message", async (task: SettlingTask) => {
  process.send?.(await settle(task), () => process.disconnect());
});
process.send?.("ready");

async function settle({ databaseUrl, redisUrls, sku, buyers, seconds }: SettlingTask): Promise<Settling> {
  const env = readEnv({
    DATABASE_URL: databaseUrl,
    REDIS_URLS: redisUrls.join(","),
    REPLICA_NAME: "bench",
    LOCK_STRATEGY: "group-commit",
    COOKIE_SECRET: randomUUID(),
    // No reservation runs out while something else is measured.
    RESERVATION_TTL_MS: String(24 * 3_600_000),
  });
  const connections = openConnections(env, pino({ level: "warn" }));
  const { shop, leases } = openShop(env, connections);
  const signal = AbortSignal.timeout(CONNECT_WITHIN_MS);
  await Promise.all(
    connections.lockServices.lockNodes.map((node) => node.status === "ready" || once(node, "ready", { signal })),
  );
  const products = new Map([[sku, { sku, name: "Bench product", priceCents: 1000 }]]);
  const begin = performance.now() + WARM_UP_MS;
  const end = begin + seconds * 1000;
  const latencies: number[] = [];
  let reserved = 0;
  let failed = 0;

  async function buyAgainAndAgain(): Promise<void> {
    while (performance.now() < end) {
      const asked = performance.now();
      try {
        const placed = await placeOrder(shop, { buyerId: randomUUID(), lines: [{ sku, quantity: 1 }], products });
        if (placed.outcome === "reserved") reserved += 1;
      } catch {
        failed += 1;
        // Whatever it was, it will not be over at once: no busy loop.
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      const answered = performance.now();
      if (answered >= begin && answered < end) latencies.push(answered - asked);
    }
  }

  await Promise.all(Array.from({ length: buyers }, buyAgainAndAgain));
  // The next round would wait for a lease that this one took along.
  await leases.allReturned(env.LOCK_TTL_MS);
  await connections.close();
  latencies.sort((a, b) => a - b);
  const percentile = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return {
    perSecond: latencies.length / seconds,
    latencyMs: { p50: percentile(0.5), p99: percentile(0.99) },
    reserved,
    failed,
  };
}
