import type { Transaction } from "../database.ts";
import { ShopError } from "../errors.ts";
import { noCheckpoint } from "../inventory/checkpoint.ts";
import { resourceOf } from "../inventory/guarded-by.ts";
import type { StockSession } from "../inventory/strategy.ts";
import type { StockChange } from "../inventory/units.ts";
import { claimKey, claimOf, findPlaced, type IdempotencyClaim } from "./idempotency.ts";
import { record } from "./ledger.ts";
import { newOrderId } from "./order-id.ts";
import { type Placed, type PlaceOrder, price, requireWritableTotal } from "./order-request.ts";
import type { OrderView } from "./order-view.ts";
import { settleOrders } from "./settle-orders.ts";
import type { Shop } from "./shop.ts";

/**
 * Reserves all lines of a cart or none. The order, its lines, its movements and its idempotency key are one transaction,
 * run by the strategy; the answer follows its commit.
 */
export async function placeOrder(shop: Shop, request: PlaceOrder): Promise<Placed> {
  const { buyerId, lines, idempotencyKey, race } = request;
  const claim = idempotencyKey === undefined ? undefined : claimOf(buyerId, idempotencyKey, lines);
  const earlier = claim && (await findPlaced(shop.database, claim));
  if (earlier) return { outcome: "reserved", order: earlier, replayed: true };
  requireWritableTotal(request);

  const strategy = shop.strategy(race?.strategy ?? shop.defaultStrategy);
  const skus = lines.map((line) => line.sku);
  const checkpoint = race?.checkpoint ?? noCheckpoint;
  if (strategy.changeTogether) {
    const party = { request, checkpoint, gone: request.gone };
    return strategy.changeTogether(lineOf(request), party, (tx, parties) =>
      settleOrders(shop, strategy.name, tx, parties),
    );
  }
  return strategy.change<Placed>(skus, checkpoint, async (session) => {
    const orderId = newOrderId();
    if (claim && !(await claimKey(session.tx, claim, orderId))) return replay(session.tx, claim);

    const changes: StockChange[] = [];
    for (const line of lines) {
      const take = await session.take(line);
      if (take.outcome === "sold-out") session.undo({ ...take, requested: line.quantity } satisfies Placed);
      else changes.push(take.change);
    }
    const order = await writeOrder(shop, request, session, orderId, strategy.name, changes);
    return { outcome: "reserved", order, replayed: false };
  });
}

/**
 * Where buyers wait who are served together: all of the shop's in one line. A race has its own, so that its think time,
 * and a step that somebody holds, are nothing to the shop's buyers.
 */
const lineOf = ({ race, lines }: PlaceOrder) =>
  race ? resourceOf(lines.map(({ sku }) => sku).join("+")) : "lock:line:shop";

async function replay(tx: Transaction, claim: IdempotencyClaim): Promise<Placed> {
  const order = await findPlaced(tx, claim);
  if (!order) throw new ShopError("LOCK_BUSY", "The first request with this key was undone meanwhile. Try again.");
  return { outcome: "reserved", order, replayed: true };
}

async function writeOrder(
  shop: Shop,
  { buyerId, lines, products, race }: PlaceOrder,
  { tx }: StockSession,
  id: string,
  strategy: string,
  changes: readonly StockChange[],
): Promise<OrderView> {
  const { orderLines, totalCents } = price(lines, products, changes);
  // The database's clock, because the database decides later whether the reservation has run out.
  const [times] = await tx.$queryRaw<{ createdAt: Date; expiresAt: Date }[]>`
    INSERT INTO orders (id, buyer_id, status, strategy, replica, total_cents, created_at, expires_at, run_id)
    VALUES (${id}::uuid, ${buyerId}::uuid, 'reserved', ${strategy}, ${shop.replica}, ${totalCents},
            now(), now() + ${shop.reservationTtlMs} * interval '1 millisecond', ${race?.runId ?? null}::uuid)
    RETURNING created_at AS "createdAt", expires_at AS "expiresAt"`;
  if (!times) throw new Error("The order was not written.");
  await tx.orderLine.createMany({ data: orderLines.map((line) => ({ orderId: id, ...line })) });
  await record(tx, changes, { orderId: id, strategy, replica: shop.replica, reason: "sale" });
  return {
    id,
    status: "reserved",
    createdAt: times.createdAt.toISOString(),
    expiresAt: times.expiresAt.toISOString(),
    lines: orderLines,
    totalCents,
    strategy,
    replica: shop.replica,
  };
}
