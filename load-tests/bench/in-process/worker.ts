import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pino } from "pino";
import type { Sales, SalesTask } from "./sell.ts";

type Checkout = typeof import("@last-unit/api/in-process");

const WARM_UP_MS = 1_000;
const CONNECT_WITHIN_MS = 10_000;

// A replica without its HTTP server: says "ready", gets a task, and answers with what its buyers were told.
process.once("message", async (task: SalesTask) => {
  process.send?.(await sell(task), () => process.disconnect());
});
process.send?.("ready");

async function sell({ root, databaseUrl, redisUrls, strategy, sku, buyers, seconds }: SalesTask): Promise<Sales> {
  const { openConnections, openShop, placeOrder, readEnv } = await loadCheckout(root);
  const env = readEnv({
    DATABASE_URL: databaseUrl,
    REDIS_URLS: redisUrls.join(","),
    REPLICA_NAME: "bench",
    LOCK_STRATEGY: strategy,
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
  await leases.allReleased(env.LOCK_TTL_MS);
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

/** The checkout of any commit: older ones have no entry for it, but the same functions in other files. */
async function loadCheckout(root: string): Promise<Checkout> {
  const path = (file: string) => join(root, "apps/api/src", file);
  const load = (file: string) => import(pathToFileURL(path(file)).href);
  const hasEntry = await access(path("in-process.ts")).then(
    () => true,
    () => false,
  );
  if (hasEntry) return load("in-process.ts");
  const files = ["env.ts", "connections.ts", "open-shop.ts", "checkout/place-order.ts"];
  const older = Object.assign({}, ...(await Promise.all(files.map(load))));
  const openShop: Checkout["openShop"] = (...connections) => {
    const opened = older.openShop(...connections);
    return { ...opened, leases: { allReleased: (withinMs: number) => opened.leases.allReturned(withinMs) } };
  };
  return { ...older, openShop };
}
