import { randomBytes, randomUUID } from "node:crypto";
import { systemClock } from "@last-unit/locks";
import { connectDynamodb } from "@last-unit/locks/dynamodb";
import { zooKeeperEnsemble } from "@last-unit/locks/zookeeper";
import { Redis } from "ioredis";
import type { PlaceOrder } from "../src/checkout/order.ts";
import { placeOrder } from "../src/checkout/place-order.ts";
import { productsOnSale } from "../src/checkout/product-cache.ts";
import type { Shop } from "../src/checkout/shop.ts";
import { simulatedProvider } from "../src/checkout/simulated-provider.ts";
import { type Checkpoint, noCheckpoint } from "../src/checkpoint.ts";
import { connectDatabase } from "../src/db/client.ts";
import type { GuardSettings } from "../src/inventory/guarded-by.ts";
import { openStrategies } from "../src/inventory/registry.ts";
import type { StockSession } from "../src/inventory/strategy.ts";
import type { StrategyName } from "../src/inventory/strategy-catalogue.ts";
import { recorded } from "./recorded.ts";
import { system } from "./system.ts";

/** A shop inside the test process, over the system's PostgreSQL and lock nodes, so that checkpoints can hold a buyer. */
export function openWorkbench(
  overrides: Partial<Shop> = {},
  times: Partial<GuardSettings> = {},
  databaseUrl = system.postgres.url,
) {
  const database = connectDatabase(databaseUrl, 40);
  const lockNodes = system.redis.map(({ url }) => {
    const node = new Redis(url, { enableOfflineQueue: true, commandTimeout: 1_000 });
    node.on("error", () => {});
    return node;
  });
  const dynamodb = system.dynamodb && connectDynamodb({ endpoint: system.dynamodb.url, hasCredential: false });
  const ensemble = system.zookeeper.map(({ url }) => url).join(",");
  const zookeeper = ensemble ? zooKeeperEnsemble({ url: ensemble }) : undefined;
  const settings = { lockTtlMs: 5_000, lockWaitMs: 20_000, ...times };
  const strategies = openStrategies({ database, lockNodes, dynamodb, zookeeper, settings });
  const shop: Shop = {
    database,
    productsOnSale: productsOnSale(database),
    strategy: (name) => strategies[name as StrategyName],
    defaultStrategy: "redlock+row-lock",
    provider: simulatedProvider(database),
    replica: "test",
    reservationTtlMs: 600_000,
    paymentTimeoutMs: 500,
    clock: systemClock,
    wallTimeMs: Date.now,
    ...overrides,
  };

  const history = recorded();

  return {
    shop,
    database,
    lockNodes,
    strategies,
    /** A product of its own, so that tests do not meet. */
    async product(edition: number): Promise<string> {
      const sku = `test-${randomBytes(6).toString("hex")}`;
      await database.product.create({
        data: {
          sku,
          name: "Test",
          description: "",
          artwork: "lamp",
          priceCents: 100,
          position: 999,
          stock: { create: { edition, nextUnit: 1, returnedUnits: [], stock: edition } },
        },
      });
      return sku;
    },
    buy(strategy: string, lines: { sku: string; quantity: number }[], checkpoint?: Checkpoint, buyerId = randomUUID()) {
      const products = new Map(lines.map(({ sku }) => [sku, { sku, name: "Test", priceCents: 100 }]));
      const race = checkpoint && { runId: null as unknown as string, strategy, checkpoint };
      const place = { buyerId, lines, products, race };
      return history.buy(lines, () => placeOrder({ ...shop, defaultStrategy: strategy }, place));
    },
    /** An order as the checkout places it, with whatever a test needs beside the lines. */
    order(strategy: string, sku: string, more: Partial<PlaceOrder> = {}, checkpoint: Checkpoint = noCheckpoint) {
      const products = new Map([[sku, { sku, name: "Test", priceCents: 100 }]]);
      const race = { runId: null as unknown as string, strategy, checkpoint };
      return placeOrder(shop, { buyerId: randomUUID(), lines: [{ sku, quantity: 1 }], products, race, ...more });
    },
    /** What the checker says of everything that was bought of these products. */
    check: history.check,
    stock: (sku: string) => database.stock.findUniqueOrThrow({ where: { sku } }),
    /** The transactions that wrote these products' orders. */
    transactionsOf: (...skus: string[]) =>
      database.$queryRaw<unknown[]>`
        SELECT DISTINCT orders.xmin::text FROM orders JOIN order_lines ON order_id = id WHERE sku = ANY(${skus})`,
    movements: (sku: string) => database.stockMovement.findMany({ where: { sku }, orderBy: { id: "asc" } }),
    async close() {
      const skus = await database.product.findMany({ where: { position: 999 }, select: { sku: true } });
      const sku = { in: skus.map((product) => product.sku) };
      await database.stockMovement.deleteMany({ where: { sku } });
      await database.refusedWrite.deleteMany({ where: { sku } });
      await database.order.deleteMany({ where: { lines: { some: { sku } } } });
      await database.product.deleteMany({ where: { sku } });
      for (const node of lockNodes) node.disconnect();
      dynamodb?.client.destroy();
      zookeeper?.close();
      await database.$disconnect();
    },
  };
}

/** Takes one unit as the checkout does, but writes no order. */
export async function takeAndWrite(session: StockSession, sku: string, checkpoint: Checkpoint) {
  const take = await session.take([{ sku, quantity: 1 }], checkpoint);
  await session.write(async () => {});
  return take;
}
