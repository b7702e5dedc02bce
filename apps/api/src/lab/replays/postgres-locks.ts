import type { Database } from "../../database.ts";

/**
 * For whose transaction a connection of this name waits to get a row or an advisory lock: the name of the connection that
 * is in its way; undefined when it waits for nobody.
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

/** How many connections of these names have a transaction open. */
export async function openTransactions(database: Database, applicationNames: readonly string[]): Promise<number> {
  const [count] = await database.$queryRaw<{ open: number }[]>`
    SELECT count(*)::int AS open FROM pg_stat_activity
     WHERE application_name = ANY (${[...applicationNames]}) AND xact_start IS NOT NULL`;
  return count?.open ?? 0;
}

/** The name of the connection whose transaction has locked the stock row; `xmax` is what PostgreSQL writes there. */
export async function holderOfRow(database: Database, sku: string): Promise<string | undefined> {
  const [holder] = await database.$queryRaw<{ name: string }[]>`
    SELECT application_name AS name
      FROM stock JOIN pg_locks ON transactionid = stock.xmax AND locktype = 'transactionid' AND granted
                 JOIN pg_stat_activity USING (pid)
     WHERE sku = ${sku} AND mode = 'ExclusiveLock'`;
  return holder?.name;
}

/** The name of the connection that has the product's advisory lock. The lock's 64 bits stand in two columns. */
export async function holderOfAdvisoryLock(database: Database, sku: string): Promise<string | undefined> {
  const [holder] = await database.$queryRaw<{ name: string }[]>`
    SELECT application_name AS name
      FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND objsubid = 1
       AND (classid::bigint << 32) | objid::bigint = hashtextextended('stock:' || ${sku}, 0)`;
  return holder?.name;
}
