import type { DatabasePool } from "../../db/pool.ts";
import type { LockView } from "./model.ts";
import { processOf } from "./processes.ts";
import { statesOf } from "./states.ts";

const IDLE_AFTER_MS = 1_000;
const WAITERS_SHOWN = 20;

interface Row {
  kind: "row lock" | "advisory lock" | "transaction";
  resource: string;
  pid: number;
  granted: boolean;
  waited_ms: number;
  waits_for: number[];
  application: string;
  is_idle: boolean;
  transaction_ms: number;
}

/**
 * Row locks on the stock, advisory locks, and transactions that hold others up while they do nothing.
 *
 * PostgreSQL keeps a row lock in the row itself: its `xmax` is the transaction that has locked or changed it, and that
 * transaction is in progress if `pg_locks` has it. A waiting backend names the row by the `tuple` lock that it holds or
 * waits for.
 */
const STATEMENT = `
WITH seen AS (
  SELECT * FROM pg_locks
   WHERE pid <> pg_backend_pid()
     AND (database IS NULL OR database = (SELECT oid FROM pg_database WHERE datname = current_database()))
), activity AS (
  SELECT pid, application_name AS application, pg_blocking_pids(pid) AS waits_for,
         coalesce(extract(epoch FROM clock_timestamp() - xact_start) * 1000, 0)::float8 AS transaction_ms,
         state LIKE 'idle in transaction%' AND clock_timestamp() - state_change > $1 * interval '1 ms' AS is_idle
    FROM pg_stat_activity
   WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
), found AS (
  SELECT 'row lock' AS kind, sku AS resource, pid, true AS granted, NULL::timestamptz AS since
    FROM stock JOIN seen ON locktype = 'transactionid' AND granted AND transactionid = stock.xmax
  UNION
  SELECT 'row lock', sku, waiting.pid, false, waiting.waitstart
    FROM seen AS waiting
         JOIN seen AS place ON place.pid = waiting.pid AND place.locktype = 'tuple' AND place.relation = 'stock'::regclass
         JOIN stock ON stock.ctid = format('(%s,%s)', place.page, place.tuple)::tid
   WHERE NOT waiting.granted
  UNION
  SELECT 'advisory lock', coalesce(sku, number::text), pid, granted, waitstart
    FROM (SELECT *, (classid::bigint << 32) | objid::bigint AS number FROM seen WHERE locktype = 'advisory') AS advisory
         LEFT JOIN stock ON objsubid = 1 AND number = hashtextextended('stock:' || sku, 0)
)
SELECT kind, resource, pid, granted, waits_for, application, is_idle, transaction_ms,
       coalesce(extract(epoch FROM clock_timestamp() - since) * 1000, 0)::float8 AS waited_ms
  FROM found JOIN activity USING (pid)
UNION ALL
SELECT 'transaction', 'transaction of backend ' || pid, pid, true, waits_for, application, is_idle, transaction_ms, 0
  FROM activity WHERE is_idle AND pid NOT IN (SELECT pid FROM found WHERE granted)
 ORDER BY waited_ms DESC
 LIMIT $2`;

const APPLICATIONS = `
SELECT DISTINCT application_name AS application FROM pg_stat_activity WHERE datname = current_database()`;

/** The processes of replicas that have a database connection. */
export async function processesConnected(pool: DatabasePool): Promise<Set<string>> {
  const { rows } = await pool.query<{ application: string }>(APPLICATIONS);
  return new Set(rows.flatMap(({ application }) => processOf(application) ?? []));
}

export async function postgresLocks(pool: DatabasePool, limit: number): Promise<LockView[]> {
  const { rows } = await pool.query<Row>(STATEMENT, [IDLE_AFTER_MS, limit]);
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.kind} ${row.resource}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map(viewOf);
}

function viewOf(rows: readonly Row[]): LockView {
  const { kind, resource } = rows[0] as Row;
  const holders = rows.filter(({ granted }) => granted);
  const waiters = rows.filter(({ granted }) => !granted);
  const view = {
    store: "postgresql" as const,
    kind,
    resource,
    holders: holders.map(({ pid, application, transaction_ms }) => ({
      owner: ownerOf(pid, application),
      process: processOf(application),
      heldMs: Math.round(transaction_ms),
    })),
    waiting: waiters.length,
    waiters: waiters.slice(0, WAITERS_SHOWN).map(({ pid, application, waited_ms, waits_for }) => ({
      backend: pid,
      process: processOf(application),
      waitedMs: Math.round(waited_ms),
      waitsFor: waits_for,
    })),
  };
  return {
    ...view,
    states: statesOf(
      view,
      holders.some(({ is_idle }) => is_idle),
    ),
  };
}

/** A foreign program's name helps to find it. */
const ownerOf = (pid: number, application: string) =>
  processOf(application) || application === "" ? `backend ${pid}` : `backend ${pid} (${application})`;
