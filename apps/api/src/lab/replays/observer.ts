import type { Database } from "../../database.ts";
import { resourceOf } from "../../inventory/guarded-by.ts";
import type { LeaseStore } from "../../inventory/lease-store.ts";
import type { Strategy } from "../../inventory/strategy.ts";
import { holderOfAdvisoryLock, holderOfRow, openTransactions, waitsFor } from "./postgres-locks.ts";
import type { Product } from "./replay.ts";

interface ObserverOptions {
  database: Database;
  strategy: Strategy;
  /** A client of its own: a shopper's would be a sign of life of that shopper. */
  store: LeaseStore | undefined;
  products: readonly Product[];
  /** What the names of the shoppers' database connections begin with. */
  connectionPrefix: string;
}

/** Sees what is committed, who holds which lock and who waits for whom, as PostgreSQL and the lock store tell it. */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #grants: { owner: string; shopper: string }[] = [];

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  /** Told of each lease, so that an owner value has a name. */
  granted(owner: string, shopper: string): void {
    this.#grants.push({ owner, shopper });
  }

  /** Each product's committed stock. */
  async stocks(): Promise<number[]> {
    const { database, products } = this.#options;
    const rows = await database.stock.findMany({ where: { sku: { in: products.map((product) => product.sku) } } });
    return products.map((product) => rows.find((row) => row.sku === product.sku)?.stock ?? 0);
  }

  /** Who holds each product's lock. */
  holders(): Promise<(string | undefined)[]> {
    return Promise.all(this.#options.products.map((product) => this.#holderOf(product.sku)));
  }

  /** For whose transaction this shopper's waits. */
  async waitsFor(shopper: string): Promise<string | undefined> {
    return this.#shopperOf(await waitsFor(this.#options.database, this.connectionName(shopper)));
  }

  /** How many of these shoppers' connections have a transaction open. */
  openTransactions(shoppers: readonly string[]): Promise<number> {
    return openTransactions(this.#options.database, shoppers.map(this.connectionName));
  }

  connectionName = (shopper: string): string => this.#options.connectionPrefix + shopper;

  async #holderOf(sku: string): Promise<string | undefined> {
    const { database, strategy, store } = this.#options;
    if (strategy.guard !== "none") {
      const owner = await store?.ownerOf?.(resourceOf(sku));
      // The last one, because the naive lock has the same value for everybody: a key that is there is the last grant's.
      return this.#grants.findLast((grant) => grant.owner === owner)?.shopper;
    }
    const ask = { "row-lock": holderOfRow, "advisory-lock": holderOfAdvisoryLock }[strategy.write];
    return this.#shopperOf(await ask?.(database, sku));
  }

  #shopperOf(connection: string | undefined): string | undefined {
    const { connectionPrefix } = this.#options;
    return connection?.startsWith(connectionPrefix) ? connection.slice(connectionPrefix.length) : undefined;
  }
}
