import type { Clock } from "@last-unit/locks";
import type { Database } from "../db/client.ts";
import type { Strategy } from "../inventory/strategy.ts";
import type { PaymentProvider } from "./payment-provider.ts";
import type { ProductsOnSale } from "./product-cache.ts";

/** The dependencies of the checkout's use cases. */
export interface Shop {
  database: Database;
  productsOnSale: ProductsOnSale;
  /** @throws ShopError STRATEGY_UNAVAILABLE for an unknown name. */
  strategy(name: string): Strategy;
  defaultStrategy: string;
  provider: PaymentProvider;
  replica: string;
  reservationTtlMs: number;
  paymentTimeoutMs: number;
  clock: Clock;
  /** Milliseconds since 1970, for identifiers that sort by time across processes. */
  wallTimeMs(): number;
  /** Called with a failure that no buyer is told of. */
  report?(error: unknown): void;
}
