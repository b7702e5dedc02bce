import { createHash } from "node:crypto";
import type { Database, Transaction } from "../database.ts";
import { ShopError } from "../errors.ts";
import type { Line } from "../inventory/strategy.ts";
import { type OrderRow, type OrderView, orderColumns, viewOrder } from "./order-view.ts";

export interface IdempotencyClaim {
  buyerId: string;
  key: string;
  requestHash: string;
}

export function claimOf(buyerId: string, key: string, lines: readonly Line[]): IdempotencyClaim {
  return { buyerId, key, requestHash: createHash("sha256").update(JSON.stringify(lines)).digest("hex") };
}

/**
 * Binds the key to the order that is about to be written, in the same transaction. False when the key has its order
 * already; a claim that another request has not committed yet is waited for.
 */
export async function claimKey(tx: Transaction, claim: IdempotencyClaim, orderId: string): Promise<boolean> {
  const inserted = await tx.$executeRaw`
    INSERT INTO idempotency_keys (buyer_id, key, request_hash, order_id)
    VALUES (${claim.buyerId}::uuid, ${claim.key}, ${claim.requestHash}, ${orderId}::uuid)
    ON CONFLICT DO NOTHING`;
  return inserted === 1;
}

/**
 * The answer that the key's first request got: the order as it was placed, whatever became of it since.
 * @throws ShopError IDEMPOTENCY_KEY_REUSED when the key belongs to another cart.
 */
export async function findPlaced(tx: Transaction, claim: IdempotencyClaim): Promise<OrderView | undefined> {
  const answer = (await findAllPlaced(tx, [claim])).get(nameOf(claim));
  if (answer instanceof ShopError) throw answer;
  return answer;
}

/** The same for many keys at once, by their `nameOf`: an order, or the refusal of a key that belongs to another cart. */
export async function findAllPlaced(
  tx: Transaction,
  claims: readonly IdempotencyClaim[],
): Promise<Map<string, OrderView | ShopError>> {
  if (claims.length === 0) return new Map();
  const [buyerIds, keys] = [claims.map(({ buyerId }) => buyerId), claims.map(({ key }) => key)];
  const rows = await tx.$queryRaw<(OrderRow & { buyerId: string; key: string; requestHash: string })[]>`
    SELECT k.buyer_id AS "buyerId", k.key, k.request_hash AS "requestHash", ${orderColumns}
      FROM unnest(${buyerIds}::uuid[], ${keys}::text[]) AS asked(buyer_id, key)
      JOIN idempotency_keys AS k USING (buyer_id, key)
      JOIN orders ON orders.id = k.order_id`;
  const found = new Map(rows.map((row) => [nameOf(row), row]));
  return new Map(
    claims.flatMap((claim) => {
      const row = found.get(nameOf(claim));
      if (!row) return [];
      const isSame = row.requestHash === claim.requestHash;
      return [[nameOf(claim), isSame ? { ...viewOrder(row), status: "reserved" as const } : keyReused()]];
    }),
  );
}

/** What tells one key from another: two buyers may choose the same. */
export const nameOf = ({ buyerId, key }: Pick<IdempotencyClaim, "buyerId" | "key">) => `${buyerId} ${key}`;

export const keyReused = () =>
  new ShopError("IDEMPOTENCY_KEY_REUSED", "This idempotency key was used for another cart. Use a new key.");

const KEYS_FORGOTTEN_AT_ONCE = 1_000;

/** Forgets keys older than `ttlMs`, a bounded number at a time: a client that still retries then begins anew. Returns how many. */
export async function forgetKeys(database: Database, ttlMs: number): Promise<number> {
  return database.$executeRaw`
    DELETE FROM idempotency_keys
     WHERE (buyer_id, key) IN (
       SELECT buyer_id, key FROM idempotency_keys
        WHERE created_at < now() - ${ttlMs} * interval '1 millisecond'
        ORDER BY created_at LIMIT ${KEYS_FORGOTTEN_AT_ONCE})`;
}
