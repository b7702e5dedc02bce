import type pg from "pg";

export interface StockFound {
  sku: string;
  edition: number;
  stock: number;
  nextUnit: number;
  returnedUnits: number[];
}

export interface OrderFound {
  id: string;
  buyerId: string;
  status: "reserved" | "paying" | "paid" | "cancelled" | "expired";
  lines: { sku: string; unitNumbers: number[] }[];
}

export interface MovementFound {
  sku: string;
  delta: number;
  version: number;
  orderId: string;
  unitNumbers: number[];
}

/** What an execution has left in PostgreSQL. */
export interface Found {
  stock: StockFound[];
  orders: OrderFound[];
  movements: MovementFound[];
  /** Locks and transactions of the processes' connections that are still there. */
  left: string[];
}

/** Reads everything in one statement, because it is read after each of many thousand executions. */
export async function findLeft(
  client: pg.Client,
  skus: readonly string[],
  backends: readonly number[],
): Promise<Found> {
  const { rows } = await client.query<Found>({
    name: "explore: judge",
    // A connection that the pool has opened anew may still be starting, with locks of its own.
    text: `
      WITH settled AS (
        SELECT pid, state FROM pg_stat_activity
         WHERE pid = ANY($2) AND (state LIKE 'idle%' OR wait_event_type = 'Lock'))
      SELECT (SELECT json_agg(json_build_object('sku', sku, 'edition', edition, 'stock', stock, 'nextUnit', next_unit,
                              'returnedUnits', returned_units) ORDER BY sku)
                FROM stock WHERE sku = ANY($1)) AS stock,
             (SELECT coalesce(json_agg(json_build_object('id', o.id, 'buyerId', o.buyer_id, 'status', o.status, 'lines',
                       (SELECT json_agg(json_build_object('sku', l.sku, 'unitNumbers', l.unit_numbers) ORDER BY l.sku)
                          FROM order_lines l WHERE l.order_id = o.id))), '[]')
                FROM orders o WHERE o.id IN (SELECT order_id FROM order_lines WHERE sku = ANY($1))) AS orders,
             (SELECT coalesce(json_agg(json_build_object('sku', sku, 'delta', delta, 'version', version,
                       'orderId', order_id, 'unitNumbers', unit_numbers) ORDER BY id), '[]')
                FROM stock_movements WHERE sku = ANY($1)) AS movements,
             (SELECT coalesce(json_agg(DISTINCT what), '[]') FROM (
                SELECT 'lock ' || locktype AS what FROM settled JOIN pg_locks USING (pid)
                 WHERE locktype <> 'virtualxid' AND mode <> 'SIReadLock'
                UNION ALL
                SELECT 'transaction' FROM settled WHERE state LIKE 'idle in transaction%') AS remaining) AS "left"`,
    values: [skus, backends],
  });
  const [found] = rows;
  if (!found) throw new Error("The judge found nothing.");
  return found;
}
