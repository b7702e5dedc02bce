import type { LabRun } from "@last-unit/prisma";
import DataLoader from "dataloader";
import { LRUCache } from "lru-cache";
import type { Database } from "../database.ts";
import type { ProductOnSale } from "./order-request.ts";

/** How long a price may stand after it was changed, in milliseconds. */
const REMEMBERED_MS = 10_000;
const REMEMBERED_PRODUCTS = 20_000;
const ASKED_AT_ONCE = 1_000;

/** What the checkout has to know of a lab's run. */
export type RunOnSale = Pick<LabRun, "id" | "strategy" | "thinkTimeMs" | "watchable">;

export type OnSale = ProductOnSale & {
  /** Of a race's product: its run. */
  run: RunOnSale | null;
};

export type ProductsOnSale = (skus: readonly string[]) => Promise<(OnSale | undefined)[]>;

/**
 * Finds products, in the order of their SKUs; undefined for one that is not there. A crowd that wants the same products
 * asks the database once in a while, and requests of the same turn of the event loop ask together.
 */
export function productsOnSale(database: Database): ProductsOnSale {
  const loader = new DataLoader<string, OnSale | undefined>(
    async (skus) => {
      const found = await findOnSale(database, skus);
      const bySku = new Map(found.map((product) => [product.sku, product]));
      // What is not there may be offered at any moment.
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
    SELECT sku, name, price_cents AS "priceCents", r.id AS "runId", r.strategy, r.think_time_ms AS "thinkTimeMs", r.watchable
      FROM products LEFT JOIN lab_runs AS r USING (sku)
     WHERE sku = ANY(${skus})`;
  return rows.map(({ runId, strategy, thinkTimeMs, watchable, ...product }) => ({
    ...product,
    run: runId === null ? null : { id: runId, strategy, thinkTimeMs, watchable },
  }));
}
