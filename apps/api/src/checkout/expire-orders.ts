import { sleep } from "@last-unit/locks";
import { strategyNames } from "../inventory/strategy-catalogue.ts";
import { sideBySide } from "../side-by-side.ts";
import type { Turn } from "../sweeper.ts";
import { endingStrategy, endReservation } from "./cancel-order.ts";
import { type OrderRow, orderColumns } from "./orders-table.ts";
import { isItsTurn, putOff } from "./put-off.ts";
import type { Shop } from "./shop.ts";

const BATCH = 100;
/** How many of the oldest due orders a batch is chosen from. More than a batch, so that it covers many products. */
const LOOKED_AT = 1_000;
const PRODUCTS_AT_ONCE = 4;
/** How often the job looks for due orders of the other lock stores while one store is slow. */
const LOOK_AGAIN_MS = 250;

/**
 * Ends the reservations that have expired and returns their units to stock.
 *
 * Each lock store has its own lane, and the lanes run concurrently, so that a store that does not answer delays only its
 * own orders. A lane processes a few products at a time, and the orders of one product one after another. If an order
 * cannot be ended, the job postpones it and leaves its product for the next turn.
 */
export async function expireOrders(shop: Shop, { signal, done, failed }: Partial<Turn> = {}): Promise<void> {
  const lanes = new Map<string, Promise<void>>();
  do {
    const busy = [...lanes.keys(), ...strategyNames.filter((name) => lanes.has(storeOf(shop, name)))];
    try {
      const due = groupBy(await findDue(shop, busy), (order) => storeOf(shop, endingStrategy(shop, order)));
      for (const [store, orders] of due)
        lanes.set(
          store,
          endAll(orders).finally(() => lanes.delete(store)),
        );
    } catch (error) {
      failed?.(error);
    }
    await Promise.race([sleep(shop.clock, LOOK_AGAIN_MS), ...lanes.values()]);
  } while (lanes.size > 0 && !signal?.aborted);
  await Promise.all(lanes.values());

  async function endAll(orders: readonly OrderRow[]): Promise<void> {
    const products = groupBy(orders, ({ lines }) => lines.map(({ sku }) => sku).join("+"));
    const failures: unknown[] = [];
    let expired = 0;
    await sideBySide([...products.values()], PRODUCTS_AT_ONCE, async (sameProduct) => {
      for (const order of sameProduct) {
        if (signal?.aborted) return;
        try {
          if (await endReservation(shop, order, "expiry")) expired += 1;
        } catch (error) {
          failures.push(error);
          await putOff(shop.database, order.id).catch((cause: unknown) => failures.push(cause));
          return;
        }
      }
    });
    done?.(expired);
    if (failures.length > 0) {
      failed?.(new AggregateError(failures, `${failures.length} reservations could not be ended yet.`));
    }
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** The order's lock store. A strategy that this build does not have gets a lane to itself. */
function storeOf(shop: Shop, strategy: string): string {
  try {
    return shop.strategy(strategy).guard;
  } catch {
    return strategy;
  }
}

/** Takes each product's oldest order first, so that no single product fills the batch. */
const findDue = ({ database, defaultStrategy }: Shop, busyStrategies: readonly string[]) => database.$queryRaw<
  OrderRow[]
>`
  WITH oldest AS (
    SELECT id, expires_at,
           (SELECT string_agg(sku, '+' ORDER BY sku) FROM order_lines WHERE order_id = orders.id) AS products
      FROM orders
     WHERE status = 'reserved' AND expires_at <= now() AND ${isItsTurn}
       AND CASE WHEN run_id IS NULL THEN ${defaultStrategy} ELSE strategy END <> ALL(${busyStrategies})
     ORDER BY expires_at LIMIT ${LOOKED_AT}
  ), due AS (
    SELECT id, row_number() OVER (PARTITION BY products ORDER BY expires_at) AS place FROM oldest
  )
  SELECT ${orderColumns} FROM orders JOIN due ON due.id = orders.id
   ORDER BY due.place, orders.expires_at LIMIT ${BATCH}`;
