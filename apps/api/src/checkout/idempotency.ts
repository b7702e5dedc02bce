import { createHash } from "node:crypto";
import type { Database } from "../db/client.ts";
import { array, type Queryable, raw, sql } from "../db/sql.ts";
import { ShopError } from "../errors.ts";
import type { Line } from "../inventory/strategy.ts";
import type { IdempotencyClaim, OrderView } from "./order.ts";
import { ORDER_COLUMNS, type OrderRow, viewOrder } from "./orders-table.ts";

export function claimOf(buyerId: string, key: string, lines: readonly Line[]): IdempotencyClaim {
  return { buyerId, key, requestHash: createHash("sha256").update(JSON.stringify(lines)).digest("hex") };
}

/**
 * Finds the order that the key's first request placed, in its current state.
 * @throws ShopError IDEMPOTENCY_KEY_REUSED when the key belongs to another cart.
 */
export async function findPlaced(database: Queryable, claim: IdempotencyClaim): Promise<OrderView | undefined> {
  const answer = (await findAllPlaced(database, [claim])).get(nameOf(claim));
  if (answer instanceof ShopError) throw answer;
  return answer;
}

/**
 * Does the same for many keys at once. The map's keys are `nameOf(claim)`; a value is an order, or an error if the key
 * belongs to another cart.
 */
export async function findAllPlaced(
  database: Queryable,
  claims: readonly IdempotencyClaim[],
): Promise<Map<string, OrderView | ShopError>> {
  if (claims.length === 0) return new Map();
  const { rows } = await database.query<OrderRow & { buyerId: string; key: string; requestHash: string }>(sql`
    SELECT k.buyer_id AS "buyerId", k.key, k.request_hash AS "requestHash", ${raw(ORDER_COLUMNS)}
      FROM unnest(${array(claims.map(({ buyerId }) => buyerId))}::uuid[],
                  ${array(claims.map(({ key }) => key))}::text[]) AS asked(buyer_id, key)
      JOIN idempotency_keys AS k USING (buyer_id, key)
      JOIN orders ON orders.id = k.order_id`);
  const found = new Map(rows.map((row) => [nameOf(row), row]));
  return new Map(
    claims.flatMap((claim) => {
      const row = found.get(nameOf(claim));
      if (!row) return [];
      const isSame = row.requestHash === claim.requestHash;
      return [[nameOf(claim), isSame ? viewOrder(row) : keyReused()]];
    }),
  );
}

/** Identifies a key. It includes the buyer, because two buyers may choose the same key. */
export const nameOf = ({ buyerId, key }: Pick<IdempotencyClaim, "buyerId" | "key">) => `${buyerId} ${key}`;

export const keyReused = () =>
  new ShopError("IDEMPOTENCY_KEY_REUSED", "This idempotency key was used for another cart. Use a new key.");

const KEYS_FORGOTTEN_AT_ONCE = 1_000;

/**
 * Deletes keys older than `ttlMs`, at most `KEYS_FORGOTTEN_AT_ONCE`. A retry with a deleted key places a new order.
 * @returns the number of deleted keys.
 */
export async function forgetKeys(database: Database, ttlMs: number): Promise<number> {
  return database.$executeRaw`
    DELETE FROM idempotency_keys
     WHERE (buyer_id, key) IN (
       SELECT buyer_id, key FROM idempotency_keys
        WHERE created_at < now() - ${ttlMs} * interval '1 millisecond'
        ORDER BY created_at LIMIT ${KEYS_FORGOTTEN_AT_ONCE})`;
}
