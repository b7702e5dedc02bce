import type { Transaction } from "../database.ts";
import { ShopError } from "../errors.ts";
import { noCheckpoint } from "../inventory/checkpoint.ts";
import type { Party, Settled } from "../inventory/strategy.ts";
import { type StockChange, type StockRow, takeUnits, UnknownStock } from "../inventory/units.ts";
import { claimOf, findAllPlaced, type IdempotencyClaim, keyReused, nameOf } from "./idempotency.ts";
import { newOrderId } from "./order-id.ts";
import { type Placed, type PlaceOrder, price } from "./order-request.ts";
import type { OrderView } from "./order-view.ts";
import type { Shop } from "./shop.ts";
import { lockRows, writeOrders } from "./write-orders.ts";

export type Buyer = Party<PlaceOrder>;

/** An order that was decided on the locked rows and is to be written. */
export interface Draft {
  id: string;
  buyer: Buyer;
  claim?: IdempotencyClaim;
  changes: StockChange[];
  orderLines: OrderView["lines"];
  totalCents: number;
}

/** A finished answer, an order to be written, or the same as another buyer of this batch gets. */
type Decision = { answer: Settled<Placed> } | { draft: Draft } | { sameAs: Draft };

/** What one transaction knows and has decided so far. */
interface Batch {
  /** As those before in line have left them. */
  rows: Map<string, StockRow>;
  /** What the keys' first requests got, in batches before this one. */
  placed: ReadonlyMap<string, OrderView | ShopError>;
  /** This batch's orders by their keys. */
  drafts: Map<string, Draft>;
}

/**
 * Places many orders in one transaction, in the buyers' order: one read of the rows, one of the keys, and one statement
 * that writes it all. The rules are those of a single order: a cart is all or nothing, a key has one order, the ledger
 * gets every change.
 */
export async function settleOrders(
  shop: Shop,
  strategy: string,
  tx: Transaction,
  buyers: readonly Buyer[],
): Promise<Settled<Placed>[]> {
  const claims = buyers.map(({ request: { buyerId, idempotencyKey, lines } }) =>
    idempotencyKey === undefined ? undefined : claimOf(buyerId, idempotencyKey, lines),
  );
  const rows = await lockRows(tx, [...new Set(buyers.flatMap(({ request }) => request.lines.map(({ sku }) => sku)))]);
  const placed = await findAllPlaced(
    tx,
    claims.filter((claim) => claim !== undefined),
  );
  const batch: Batch = { rows, placed, drafts: new Map() };
  const decisions: Decision[] = [];
  for (const [index, buyer] of buyers.entries()) decisions.push(await decide(batch, buyer, claims[index]));

  const toWrite = decisions.flatMap((decision) => ("draft" in decision ? [decision.draft] : []));
  await passAll(toWrite, "checked");
  const times = await writeOrders(shop, strategy, tx, toWrite, rows);
  await passAll(toWrite, "written");

  const orderOf = ({ id, orderLines: lines, totalCents }: Draft): OrderView => {
    return { id, status: "reserved", ...times, lines, totalCents, strategy, replica: shop.replica };
  };
  return decisions.map((decision): Settled<Placed> => {
    if ("answer" in decision) return decision.answer;
    const replayed = "sameAs" in decision;
    const order = orderOf(replayed ? decision.sameAs : decision.draft);
    return { result: { outcome: "reserved", order, replayed }, committed: !replayed };
  });
}

/** Takes the cart's units from the rows, if all of them are there. */
async function decide(batch: Batch, buyer: Buyer, claim: IdempotencyClaim | undefined): Promise<Decision> {
  const { rows, drafts } = batch;
  const { lines, products } = buyer.request;
  const known = claim && findKnown(batch, claim);
  if (known) return known;

  const changes: StockChange[] = [];
  const after: StockRow[] = [];
  for (const { sku, quantity } of lines) {
    const row = rows.get(sku);
    if (!row) return { answer: { error: new UnknownStock(sku) } };
    if (buyer.checkpoint !== noCheckpoint) await buyer.checkpoint("read", { sku, stock: row.stock });
    const next = takeUnits(row, quantity);
    if (!next) {
      await buyer.checkpoint("refused", { sku, stock: row.stock, quantity });
      return {
        answer: { result: { outcome: "sold-out", sku, requested: quantity, left: row.stock }, committed: false },
      };
    }
    after.push(next.row);
    changes.push(next.change);
  }
  for (const row of after) rows.set(row.sku, row);
  const draft = { id: newOrderId(), buyer, claim, changes, ...price(lines, products, changes) };
  if (claim) drafts.set(nameOf(claim), draft);
  return { draft };
}

/** What the key's first request got, in this batch or before it. */
function findKnown({ placed, drafts }: Batch, claim: IdempotencyClaim): Decision | undefined {
  const first = drafts.get(nameOf(claim));
  if (first)
    return first.claim?.requestHash === claim.requestHash ? { sameAs: first } : { answer: { error: keyReused() } };
  const earlier = placed.get(nameOf(claim));
  if (!earlier) return undefined;
  if (earlier instanceof ShopError) return { answer: { error: earlier } };
  return { answer: { result: { outcome: "reserved", order: earlier, replayed: true }, committed: false } };
}

const passAll = (drafts: readonly Draft[], name: "checked" | "written") =>
  Promise.all(
    drafts
      .filter(({ buyer }) => buyer.checkpoint !== noCheckpoint)
      .map(async ({ buyer, changes }) => {
        for (const { sku, stockBefore, stockAfter, unitNumbers } of changes) {
          await buyer.checkpoint(
            name,
            name === "checked" ? { sku, stock: stockBefore } : { sku, stock: stockAfter, unitNumbers },
          );
        }
      }),
  );
