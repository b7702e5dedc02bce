import type { LabRun } from "@last-unit/prisma";
import DataLoader from "dataloader";
import { LRUCache } from "lru-cache";
import type { Database } from "../db/client.ts";
import type { ProductOnSale } from "./order.ts";

/** How long a cached price may be stale, in milliseconds. */
const REMEMBERED_MS = 10_000;
const REMEMBERED_PRODUCTS = 20_000;
const ASKED_AT_ONCE = 1_000;

/** The parts of a lab run that the checkout uses. */
export type RunOnSale = Pick<LabRun, "id" | "strategy" | "thinkTimeMs" | "lockTtlMs" | "lockWaitMs" | "watchable">;

export type OnSale = ProductOnSale & {
  /** The run that the product belongs to, if it is a race's product. */
  run: RunOnSale | null;
};

export type ProductsOnSale = (skus: readonly string[]) => Promise<(OnSale | undefined)[]>;

/**
 * Finds products. The result has the sequence of `skus`, with undefined for an unknown product. Products are cached, and
 * requests of the same event-loop tick share one query.
 */
export function productsOnSale(database: Database): ProductsOnSale {
  const loader = new DataLoader<string, OnSale | undefined>(
    async (skus) => {
      const found = await findOnSale(database, skus);
      const bySku = new Map(found.map((product) => [product.sku, product]));
      // Don't cache misses: the product may be added at any time.
      for (const sku of skus) if (!bySku.has(sku)) loader.clear(sku);
      return skus.map((sku) => bySku.get(sku));
    },
    {
      maxBatchSize: ASKED_AT_ONCE,
      cacheMap: new LRUCache<string, Promise<OnSale | undefined>>({ max: REMEMBERED_PRODUCTS, ttl: REMEMBERED_MS }),
    },
  );
  return async (skus) => {
    const products = await loader.loadMany(skus);
    const failure = products.find((product) => product instanceof Error);
    if (!failure) return products as (OnSale | undefined)[];
    for (const sku of skus) loader.clear(sku);
    throw failure;
  };
}

async function findOnSale(database: Database, skus: readonly string[]): Promise<OnSale[]> {
  const rows = await database.$queryRaw<(ProductOnSale & { runId: string | null } & Omit<RunOnSale, "id">)[]>`
    SELECT sku, name, price_cents AS "priceCents", r.id AS "runId", r.strategy, r.think_time_ms AS "thinkTimeMs",
           r.lock_ttl_ms AS "lockTtlMs", r.lock_wait_ms AS "lockWaitMs", r.watchable
      FROM products LEFT JOIN lab_runs AS r USING (sku)
     WHERE sku = ANY(${skus})`;
  return rows.map(({ sku, name, priceCents, runId, ...run }) => ({
    ...{ sku, name, priceCents },
    run: runId === null ? null : { id: runId, ...run },
  }));
}
