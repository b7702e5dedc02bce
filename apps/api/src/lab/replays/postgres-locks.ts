import type { Database } from "../../db/client.ts";

/**
 * Finds the connection that blocks the given one: the name of a connection that holds the row lock or advisory lock that
 * the given one waits for, or undefined if it does not wait.
 */
export async function waitsFor(database: Database, applicationName: string): Promise<string | undefined> {
  const [blocker] = await database.$queryRaw<{ name: string }[]>`
    SELECT blocker.application_name AS name
      FROM pg_stat_activity waiting
           JOIN pg_stat_activity blocker ON blocker.pid = ANY (pg_blocking_pids(waiting.pid))
     WHERE waiting.application_name = ${applicationName} AND waiting.wait_event_type = 'Lock'
       AND waiting.wait_event IN ('tuple', 'transactionid', 'advisory')
     LIMIT 1`;
  return blocker?.name;
}

/** How many connections with these names have an open transaction. */
export async function openTransactions(database: Database, applicationNames: readonly string[]): Promise<number> {
  const [count] = await database.$queryRaw<{ open: number }[]>`
    SELECT count(*)::int AS open FROM pg_stat_activity
     WHERE application_name = ANY (${[...applicationNames]}) AND xact_start IS NOT NULL`;
  return count?.open ?? 0;
}

/** The name of the connection whose transaction holds the stock row's lock. PostgreSQL stores its id in `xmax`. */
export async function holderOfRow(database: Database, sku: string): Promise<string | undefined> {
  const [holder] = await database.$queryRaw<{ name: string }[]>`
    SELECT application_name AS name
      FROM stock JOIN pg_locks ON transactionid = stock.xmax AND locktype = 'transactionid' AND granted
                 JOIN pg_stat_activity USING (pid)
     WHERE sku = ${sku} AND mode = 'ExclusiveLock'`;
  return holder?.name;
}

/**
 * The name of the connection that holds the product's advisory lock. `pg_locks` splits the lock's 64 bits into two
 * columns.
 */
export async function holderOfAdvisoryLock(database: Database, sku: string): Promise<string | undefined> {
  const [holder] = await database.$queryRaw<{ name: string }[]>`
    SELECT application_name AS name
      FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND objsubid = 1
       AND (classid::bigint << 32) | objid::bigint = hashtextextended('stock:' || ${sku}, 0)`;
  return holder?.name;
}
