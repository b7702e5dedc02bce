import { productsOnSale } from "./checkout/products-on-sale.ts";
import type { Shop } from "./checkout/shop.ts";
import { simulatedProvider } from "./checkout/simulated-provider.ts";
import type { Connections } from "./connections.ts";
import type { Env } from "./env.ts";
import { ShopError } from "./errors.ts";
import { OpenLeases } from "./inventory/open-leases.ts";
import { openStrategies, type StrategyName } from "./inventory/registry.ts";
import type { Strategy } from "./inventory/strategy.ts";

/** The checkout over open connections, with every strategy. */
export function openShop(
  env: Env,
  { database, lockServices }: Connections,
): { shop: Shop; strategies: Record<StrategyName, Strategy>; leases: OpenLeases } {
  const leases = new OpenLeases();
  const strategies = openStrategies({
    ...lockServices,
    database,
    settings: { lockTtlMs: env.LOCK_TTL_MS, lockWaitMs: env.LOCK_WAIT_MS },
    around: leases.around,
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
  };
  return { shop, strategies, leases };
}
