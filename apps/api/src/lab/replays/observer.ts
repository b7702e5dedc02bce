import type { LeaseStore } from "@last-unit/locks";
import type { Database } from "../../db/client.ts";
import { resourceOf } from "../../inventory/guarded-by.ts";
import type { Strategy } from "../../inventory/strategy.ts";
import { holderOfAdvisoryLock, holderOfRow, openTransactions, waitsFor } from "./postgres-locks.ts";
import type { Product } from "./replay.ts";

interface ObserverOptions {
  database: Database;
  strategy: Strategy;
  /** A separate client. Using a buyer's client would keep that buyer's session alive. */
  store: LeaseStore | undefined;
  products: readonly Product[];
  /** The prefix of the `application_name` of the buyers' database connections. */
  connectionPrefix: string;
}

/** Observes committed stock, lock holders and waiting transactions, by querying PostgreSQL and the lock store. */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #grants: { owner: string; shopper: string }[] = [];

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  /** Records which buyer got the lease with this owner value. */
  granted(owner: string, shopper: string): void {
    this.#grants.push({ owner, shopper });
  }

  /** The committed stock of each product. */
  async stocks(): Promise<number[]> {
    const { database, products } = this.#options;
    const rows = await database.stock.findMany({ where: { sku: { in: products.map((product) => product.sku) } } });
    return products.map((product) => rows.find((row) => row.sku === product.sku)?.stock ?? 0);
  }

  /** The holder of each product's lock. */
  holders(): Promise<(string | undefined)[]> {
    return Promise.all(this.#options.products.map((product) => this.#holderOf(product.sku)));
  }

  /** The buyer whose transaction this buyer waits for. */
  async waitsFor(shopper: string): Promise<string | undefined> {
    return this.#buyerOf(await waitsFor(this.#options.database, this.connectionName(shopper)));
  }

  /** How many of these buyers have an open transaction. */
  openTransactions(shoppers: readonly string[]): Promise<number> {
    return openTransactions(this.#options.database, shoppers.map(this.connectionName));
  }

  connectionName = (shopper: string): string => this.#options.connectionPrefix + shopper;

  async #holderOf(sku: string): Promise<string | undefined> {
    const { database, strategy, store } = this.#options;
    if (strategy.guard !== "none") {
      const owner = await store?.ownerOf?.(resourceOf(sku));
      // The naive lock stores the same value for all owners, so an existing key belongs to the latest grant.
      return this.#grants.findLast((grant) => grant.owner === owner)?.shopper;
    }
    const ask = { "row-lock": holderOfRow, "advisory-lock": holderOfAdvisoryLock }[strategy.write];
    return this.#buyerOf(await ask?.(database, sku));
  }

  #buyerOf(connection: string | undefined): string | undefined {
    const { connectionPrefix } = this.#options;
    return connection?.startsWith(connectionPrefix) ? connection.slice(connectionPrefix.length) : undefined;
  }
}
