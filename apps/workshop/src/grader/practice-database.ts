import { randomBytes } from "node:crypto";
import pg from "pg";
import { MOST_CONNECTIONS } from "../buyer/buyer-pool.ts";

/** The three tables of the exercises. Exercise 1 explains them. */
export const TABLES = `
CREATE TABLE stock (
  sku   text PRIMARY KEY,
  stock int NOT NULL
);
CREATE TABLE orders (
  id       int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  buyer_id text NOT NULL,
  items    jsonb NOT NULL
);
CREATE TABLE idempotency_keys (
  key      text PRIMARY KEY,
  order_id int
);`;

/** What an execution has left in the tables. */
export interface Rows {
  readonly stock: Readonly<Record<string, number>>;
  readonly orders: readonly Order[];
  /** Locks and transactions of the buyers that are still there. */
  readonly left: readonly string[];
}

export interface Order {
  readonly id: number;
  readonly buyerId: string;
  readonly items: unknown;
}

/**
 * The schema `practice`, and a role for the buyers that has rights in it alone. The role may set what the explorer needs
 * (see apps/explorer/src/postgres), and can never take the connections that the grader needs.
 */
export class PracticeDatabase {
  readonly observer: pg.Client;
  /** For the buyers. */
  readonly buyersUrl: string;

  private constructor(observer: pg.Client, buyersUrl: string) {
    this.observer = observer;
    this.buyersUrl = buyersUrl;
  }

  /** @param url of a PostgreSQL that nobody else uses, as superuser. */
  static async open(url: string): Promise<PracticeDatabase> {
    const observer = new pg.Client({ connectionString: url, application_name: "workshop-grader" });
    await observer.connect();
    const password = randomBytes(16).toString("hex");
    await observer.query(`
      SET client_min_messages = warning;
      SET lock_timeout = '10s';
      DROP SCHEMA IF EXISTS practice CASCADE;
      CREATE SCHEMA practice;
      SET search_path = practice;
      ${TABLES}
      DROP ROLE IF EXISTS buyer;
      CREATE ROLE buyer LOGIN PASSWORD '${password}' CONNECTION LIMIT ${4 * MOST_CONNECTIONS};
      GRANT USAGE ON SCHEMA practice TO buyer;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA practice TO buyer;
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA practice TO buyer;
      GRANT SET ON PARAMETER deadlock_timeout, log_lock_waits TO buyer;
      ALTER ROLE buyer SET search_path = practice;
      ALTER ROLE buyer SET deadlock_timeout = '1ms';
      ALTER ROLE buyer SET log_lock_waits = on;
      ALTER ROLE buyer SET client_min_messages = log;
      -- Which rows a serializable transaction is said to have read depends on the plan, so it must not change on the way.
      ALTER ROLE buyer SET enable_seqscan = off;
      ALTER ROLE buyer SET enable_bitmapscan = off;`);
    const address = new URL(url);
    address.username = "buyer";
    address.password = password;
    return new PracticeDatabase(observer, address.href);
  }

  /** Empties the tables' files as well. Slow, so it is called once before an exploration. */
  async truncate(): Promise<void> {
    await this.observer.query("TRUNCATE stock, orders, idempotency_keys");
  }

  async reset(stock: Readonly<Record<string, number>>): Promise<void> {
    await this.observer.query({
      name: "reset",
      text: `WITH no_orders AS (DELETE FROM orders), no_keys AS (DELETE FROM idempotency_keys), 
                  first AS (SELECT setval('orders_id_seq', 1, false))
             INSERT INTO stock SELECT key, value::int FROM first, json_each_text($1)
             ON CONFLICT (sku) DO UPDATE SET stock = excluded.stock`,
      values: [JSON.stringify(stock)],
    });
  }

  async rows(backends: readonly number[]): Promise<Rows> {
    const { rows } = await this.observer.query<Rows>({
      name: "rows",
      text: `SELECT (SELECT json_object_agg(sku, stock ORDER BY sku) FROM stock) AS stock,
                    (SELECT coalesce(json_agg(json_build_object('id', id, 'buyerId', buyer_id, 'items', items) ORDER BY id), '[]')
                       FROM orders) AS orders,
                    (SELECT coalesce(json_agg(DISTINCT what), '[]') FROM (
                       SELECT 'an advisory lock' AS what FROM pg_locks
                        WHERE pid = ANY($1) AND locktype = 'advisory'
                       UNION ALL
                       SELECT 'an open transaction' FROM pg_stat_activity
                        WHERE pid = ANY($1) AND state LIKE 'idle in transaction%') AS remaining) AS "left"`,
      values: [backends],
    });
    const [found] = rows;
    if (!found) throw new Error("The grader found nothing.");
    return found;
  }

  /** The server processes for which this one waits. */
  async blockersOf(pid: number): Promise<number[]> {
    const { rows } = await this.observer.query<{ pids: number[] }>({
      name: "blockers",
      text: "SELECT pg_blocking_pids($1) AS pids",
      values: [pid],
    });
    return rows[0]?.pids ?? [];
  }

  /** Ends these sessions, and waits until they have released their locks. */
  async endBackends(pids: readonly number[]): Promise<void> {
    for (let tries = 0; tries < 200 && pids.length > 0; tries += 1) {
      const { rows } = await this.observer.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ANY($1)",
        [pids],
      );
      if (rows.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async close(): Promise<void> {
    await this.observer.end();
  }
}
