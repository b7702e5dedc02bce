import { randomUUID } from "node:crypto";
import type { Transaction } from "../database.ts";
import { ShopError } from "../errors.ts";
import type { Party, Settled } from "../inventory/strategy.ts";
import { type StockChange, type StockRow, takeUnits } from "../inventory/units.ts";
import { claimOf, findPlaced, type IdempotencyClaim, keyReused } from "./idempotency.ts";
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

/**
 * Places many orders in one transaction, in the buyers' order: one read of the rows, one statement that writes it all.
 * The rules are those of a single order: a cart is all or nothing, a key has one order, the ledger gets every change.
 */
export async function settleOrders(
  shop: Shop,
  strategy: string,
  tx: Transaction,
  buyers: readonly Buyer[],
): Promise<Settled<Placed>[]> {
  const rows = await lockRows(tx, [...new Set(buyers.flatMap(({ request }) => request.lines.map(({ sku }) => sku)))]);
  const drafts = new Map<string, Draft>();
  const decisions: Decision[] = [];
  for (const buyer of buyers) decisions.push(await decide(tx, buyer, rows, drafts));

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

/** Takes the cart's units from the rows as those before in line have left them. */
async function decide(
  tx: Transaction,
  buyer: Buyer,
  rows: Map<string, StockRow>,
  drafts: Map<string, Draft>,
): Promise<Decision> {
  const { buyerId, lines, products, idempotencyKey } = buyer.request;
  const claim = idempotencyKey === undefined ? undefined : claimOf(buyerId, idempotencyKey, lines);
  const known = claim && (await findKnown(tx, claim, drafts));
  if (known) return known;

  const changes: StockChange[] = [];
  const after: StockRow[] = [];
  for (const { sku, quantity } of lines) {
    const row = rows.get(sku);
    if (!row) throw new Error(`There is no stock row for ${sku}.`);
    await buyer.checkpoint("read", { sku, stock: row.stock });
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
  const draft = { id: randomUUID(), buyer, claim, changes, ...price(lines, products, changes) };
  if (claim) drafts.set(nameOf(claim), draft);
  return { draft };
}

/** What the key's first request got, in this batch or before it. */
async function findKnown(
  tx: Transaction,
  claim: IdempotencyClaim,
  drafts: ReadonlyMap<string, Draft>,
): Promise<Decision | undefined> {
  const first = drafts.get(nameOf(claim));
  if (first)
    return first.claim?.requestHash === claim.requestHash ? { sameAs: first } : { answer: { error: keyReused() } };
  try {
    const order = await findPlaced(tx, claim);
    return order && { answer: { result: { outcome: "reserved", order, replayed: true }, committed: false } };
  } catch (error) {
    if (!(error instanceof ShopError)) throw error;
    return { answer: { error } };
  }
}

const nameOf = ({ buyerId, key }: IdempotencyClaim) => `${buyerId} ${key}`;

const passAll = (drafts: readonly Draft[], name: "checked" | "written") =>
  Promise.all(
    drafts.map(async ({ buyer, changes }) => {
      for (const { sku, stockBefore, stockAfter, unitNumbers } of changes) {
        await buyer.checkpoint(
          name,
          name === "checked" ? { sku, stock: stockBefore } : { sku, stock: stockAfter, unitNumbers },
        );
      }
    }),
  );
