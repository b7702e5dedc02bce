import type { Clock } from "@last-unit/locks";
import { PrismaClient } from "@last-unit/prisma";
import { PostgresAdapter } from "@last-unit/prisma/adapter";
import { DatabasePool } from "./pool.ts";

/** Prisma's client, and the pool below it for the statements that the checkout writes itself. */
export type Database = PrismaClient & { readonly pool: DatabasePool };

/** The timeouts of all waits for the database, in milliseconds. */
export const databaseBounds = {
  /** For a free connection of the pool, and for the server to accept a new one. */
  connectMs: 5_000,
  /** For a row or advisory lock. */
  lockMs: 5_000,
  statementMs: 8_000,
  /** Longer than the lab's longest delay between read and write. */
  idleInTransactionMs: 8_000,
  /** For the answer to a statement, if the server or the network has stopped. */
  answerMs: 15_000,
} as const;

/** One connection that only reads, and gives up soon: for the lock monitor. */
export function connectMonitor(url: string): DatabasePool {
  return new DatabasePool({
    connectionString: url,
    max: 1,
    application_name: "last-unit-monitor",
    connectionTimeoutMillis: 500,
    query_timeout: 800,
    options: "-c statement_timeout=500 -c default_transaction_read_only=on",
  });
}

/** Opens a pool. `name` is the connections' `application_name` in PostgreSQL's views. */
export function connectDatabase(url: string, poolSize: number, name = "last-unit", clock?: Clock): Database {
  const options = {
    connectionString: url,
    max: poolSize,
    application_name: name,
    connectionTimeoutMillis: databaseBounds.connectMs,
    query_timeout: databaseBounds.answerMs,
    keepAlive: true,
    options: [
      `-c lock_timeout=${databaseBounds.lockMs}`,
      `-c statement_timeout=${databaseBounds.statementMs}`,
      `-c idle_in_transaction_session_timeout=${databaseBounds.idleInTransactionMs}`,
    ].join(" "),
  };
  const pool = new DatabasePool(options, clock);
  const adapter = new PostgresAdapter(pool, { disposeExternalPool: true });
  return Object.assign(new PrismaClient({ adapter }), { pool });
}
