import { type LeaseStore, OpenLeases, systemClock } from "@last-unit/locks";
import type { Env } from "../config.ts";
import type { Connections } from "../connections.ts";
import { ShopError } from "../errors.ts";
import { openStrategies } from "../inventory/registry.ts";
import type { Strategy } from "../inventory/strategy.ts";
import type { StrategyName } from "../inventory/strategy-catalogue.ts";
import { productsOnSale } from "./product-cache.ts";
import type { Shop } from "./shop.ts";
import { simulatedProvider } from "./simulated-provider.ts";

/** Wires up the checkout and all strategies over open connections. */
export function openShop(
  env: Env,
  { database, lockServices }: Pick<Connections, "database" | "lockServices">,
  {
    report,
    around = (store) => store,
  }: {
    report?: Shop["report"];
    /** Wraps each lease store, for metrics. */
    around?: (store: LeaseStore) => LeaseStore;
  } = {},
): { shop: Shop; strategies: Record<StrategyName, Strategy>; leases: OpenLeases } {
  const leases = new OpenLeases();
  const strategies = openStrategies({
    ...lockServices,
    database,
    settings: { lockTtlMs: env.LOCK_TTL_MS, lockWaitMs: env.LOCK_WAIT_MS },
    around: (store) => leases.around(around(store)),
  });
  const shop: Shop = {
    database,
    productsOnSale: productsOnSale(database),
    strategy(name) {
      const strategy = strategies[name as StrategyName];
      if (!strategy) throw new ShopError("STRATEGY_UNAVAILABLE", `This build has no strategy called ${name}.`);
      return strategy;
    },
    defaultStrategy: env.LOCK_STRATEGY,
    provider: simulatedProvider(database),
    replica: env.REPLICA_NAME,
    reservationTtlMs: env.RESERVATION_TTL_MS,
    paymentTimeoutMs: env.PAYMENT_TIMEOUT_MS,
    clock: systemClock,
    wallTimeMs: Date.now,
    report,
  };
  return { shop, strategies, leases };
}
