import type { Database } from "../database.ts";
import type { Checkpoint } from "../inventory/checkpoint.ts";
import type { Strategy } from "../inventory/strategy.ts";
import type { PaymentProvider } from "./payment-provider.ts";
import type { ProductsOnSale } from "./products-on-sale.ts";

/** What the checkout's use cases work with. */
export interface Shop {
  database: Database;
  productsOnSale: ProductsOnSale;
  /** By name; throws a ShopError for one that cannot be used. */
  strategy(name: string): Strategy;
  defaultStrategy: string;
  provider: PaymentProvider;
  replica: string;
  reservationTtlMs: number;
  paymentTimeoutMs: number;
}

/** A product's own way of being sold: set for the lab's runs, absent in the shop. */
export interface RaceTerms {
  runId: string;
  strategy: string;
  checkpoint: Checkpoint;
}
