import { noCheckpoint } from "../checkpoint.ts";
import { WriteConflict } from "../db/transaction.ts";
import { ShopError, UnknownStock } from "../errors.ts";
import { resourceOf } from "../inventory/guarded-by.ts";
import type { Settled, StockSession } from "../inventory/strategy.ts";
import { claimOf, findAllPlaced, findPlaced, keyReused, nameOf } from "./idempotency.ts";
import {
  type Buyer,
  type Draft,
  type IdempotencyClaim,
  newOrderId,
  type OrderView,
  type Placed,
  type PlaceOrder,
  price,
  requireWritableTotal,
  reservedOrder,
} from "./order.ts";
import { insertOrders, isKeyClaimed } from "./orders-table.ts";
import { placeInOneStatement } from "./place-in-one-statement.ts";
import type { Shop } from "./shop.ts";

/**
 * Reserves all lines of a cart or none. The order, its lines, its movements, its idempotency key and the stock rows are
 * written in one transaction under the shop's strategy, or the race's. The promise resolves after the commit.
 */
export async function placeOrder(shop: Shop, request: PlaceOrder): Promise<Placed> {
  const { race, lines } = request;
  const strategy = shop.strategy(race?.strategy ?? shop.defaultStrategy);
  const buyer: Buyer = { request, checkpoint: race?.checkpoint ?? noCheckpoint, gone: request.gone };
  if (strategy.changeTogether) {
    // Before the queue, so that no batch fails because of it.
    requireWritableTotal(request);
    return strategy.changeTogether(queueOf(request), buyer, {
      skusOf: (of) => of.lines.map(({ sku }) => sku),
      settle: (session, buyers) => placeBatch(shop, strategy.name, session, buyers),
    });
  }
  const claim = claimFor(request);
  return onceForItsKey(shop, claim, async () => {
    requireWritableTotal(request);
    const [line, ...others] = lines;
    if (line && others.length === 0 && strategy.takeStatement) {
      return placeInOneStatement(shop, strategy.name, { buyer, claim, line, take: strategy.takeStatement(line) });
    }
    const skus = lines.map(({ sku }) => sku);
    const [placed] = await strategy.change(
      skus,
      buyer.checkpoint,
      (session) => placeOrders(shop, strategy.name, session, { buyers: [buyer], claims: [claim], known: new Map() }),
      race?.lockLimits,
    );
    return resultOf(placed);
  });
}

/**
 * Answers with the order that an earlier request with the key has placed. Looks before the lock is acquired, and again if
 * the units are sold out or the key is claimed by then: a concurrent request with the same key may have got them.
 */
async function onceForItsKey(
  shop: Shop,
  claim: IdempotencyClaim | undefined,
  place: () => Promise<Placed>,
): Promise<Placed> {
  if (!claim) return place();
  const earlier = async () => {
    const order = await findPlaced(shop.database.pool, claim);
    return order && ({ outcome: "reserved", order, replayed: true } as const);
  };
  const known = await earlier();
  if (known) return known;
  try {
    const placed = await place();
    return placed.outcome === "sold-out" ? ((await earlier()) ?? placed) : placed;
  } catch (error) {
    if (!isKeyClaimed(error)) throw error;
    const placed = await earlier();
    if (!placed) throw new ShopError("LOCK_BUSY", "The first request with this key was rolled back. Try again.");
    return placed;
  }
}

/**
 * The batch queue that a request joins. All requests of the shop share one. Each race has its own, so that its delay
 * between read and write, and the steps that a replay holds, do not delay the shop's buyers.
 */
const queueOf = ({ race, lines }: PlaceOrder) =>
  race ? resourceOf(lines.map(({ sku }) => sku).join("+")) : "the shop's queue";

const claimFor = ({ buyerId, idempotencyKey, lines }: PlaceOrder) =>
  idempotencyKey === undefined ? undefined : claimOf(buyerId, idempotencyKey, lines);

function resultOf(settled: Settled<Placed> | undefined): Placed {
  if (settled && "result" in settled) return settled.result;
  throw settled?.error ?? new Error("The order has no result.");
}

/** Places many orders. Looks up their keys once the rows are locked, to see what was committed while the batch waited. */
async function placeBatch(shop: Shop, strategy: string, session: StockSession, buyers: readonly Buyer[]) {
  const claims = buyers.map(({ request }) => claimFor(request));
  const known = await findAllPlaced(
    session.tx,
    claims.filter((claim) => claim !== undefined),
  );
  try {
    return await placeOrders(shop, strategy, session, { buyers, claims, known });
  } catch (error) {
    if (isKeyClaimed(error)) throw new WriteConflict("A key of this batch has its order by now.", { cause: error });
    throw error;
  }
}

/** A final result, an order to write, or the order of another request of this batch with the same key. */
type Decision = { answer: Settled<Placed> } | { draft: Draft } | { sameAs: Draft };

interface Batch {
  buyers: readonly Buyer[];
  /** The buyers' keys, in the same sequence. */
  claims: readonly (IdempotencyClaim | undefined)[];
  /** The orders that the keys have already, as `findAllPlaced` returns them. */
  known: ReadonlyMap<string, OrderView | ShopError>;
}

/**
 * Places the buyers' orders in one transaction, in their sequence. Each cart is reserved completely or not at all, a key
 * has one order, and every change is in the ledger.
 */
async function placeOrders(
  shop: Shop,
  strategy: string,
  session: StockSession,
  { buyers, claims, known }: Batch,
): Promise<Settled<Placed>[]> {
  const drafts = new Map<string, Draft>();
  const decisions: Decision[] = [];
  for (const [index, buyer] of buyers.entries()) decisions.push(await decide(buyer, claims[index]));
  const toWrite = decisions.flatMap((decision) => ("draft" in decision ? [decision.draft] : []));
  if (toWrite.length === 0) {
    return session.undo(decisions.map((decision) => ("answer" in decision ? decision.answer : undefined)));
  }

  const writer = { strategy, replica: shop.replica };
  const times = await session.write((tx) =>
    insertOrders(tx, toWrite, { ...writer, reservationTtlMs: shop.reservationTtlMs }),
  );
  return decisions.map((decision): Settled<Placed> => {
    if ("answer" in decision) return decision.answer;
    const replayed = "sameAs" in decision;
    const order = reservedOrder(replayed ? decision.sameAs : decision.draft, times, writer);
    return { result: { outcome: "reserved", order, replayed }, committed: !replayed };
  });

  /** Takes the cart's units if all are in stock. */
  async function decide(buyer: Buyer, claim: IdempotencyClaim | undefined): Promise<Decision> {
    const { request, checkpoint } = buyer;
    const first = claim && findKnown(claim);
    if (first) return first;
    try {
      const take = await session.take(request.lines, checkpoint);
      if (take.outcome === "sold-out") {
        const requested = request.lines.find(({ sku }) => sku === take.sku)?.quantity ?? 0;
        return { answer: { result: { ...take, requested }, committed: false } };
      }
      const { changes } = take;
      const priced = price(request.lines, request.products, changes);
      const draft = { id: newOrderId(shop.wallTimeMs()), buyer, claim, changes, ...priced };
      if (claim) drafts.set(nameOf(claim), draft);
      return { draft };
    } catch (error) {
      if (error instanceof UnknownStock) return { answer: { error } };
      throw error;
    }
  }

  /** The result of the key's first request, in this batch or an earlier one. */
  function findKnown(claim: IdempotencyClaim): Decision | undefined {
    const first = drafts.get(nameOf(claim));
    if (first?.claim?.requestHash === claim.requestHash) return { sameAs: first };
    if (first) return { answer: { error: keyReused() } };
    const earlier = known.get(nameOf(claim));
    if (!earlier) return undefined;
    if (earlier instanceof ShopError) return { answer: { error: earlier } };
    return { answer: { result: { outcome: "reserved", order: earlier, replayed: true }, committed: false } };
  }
}
