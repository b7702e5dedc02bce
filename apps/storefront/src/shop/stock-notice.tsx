import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { ProblemError } from "../api/client.ts";
import { sentenceFor } from "../api/problems.ts";
import { ordersQuery } from "../api/queries.ts";
import type { Order } from "../api/types.ts";
import { cart } from "../cart/cart.ts";
import { Button } from "../controls/button.tsx";
import { shortCode, unitNames } from "../format.ts";
import { Notice } from "../layout/notice.tsx";
import type { ShownLine } from "./cart-lines.ts";

interface StockNoticeProps {
  lines: readonly ShownLine[];
  /** The shop's OUT_OF_STOCK, if the order was sent. */
  refusal?: ProblemError;
  onCorrected?: () => void;
}

/** Says what is left of the cart's products, leads to the buyer's own order of them, and corrects the cart. */
export function StockNotice({ lines, refusal, onCorrected }: StockNoticeProps) {
  const short = lines.filter(({ problem }) => problem !== undefined);
  const refusedSku = refusal && String(refusal.problem.sku);
  const { data: orders, isFetchedAfterMount } = useQuery({ ...ordersQuery, refetchOnMount: "always" });
  // Don't say "somebody else was first" before it is known that it was not the buyer.
  if (!isFetchedAfterMount) return null;

  const own = findOwn(orders ?? [], refusedSku ? [refusedSku] : short.map(({ sku }) => sku));
  const soldOut = refusal ? Number(refusal.problem.left) <= 0 : short.every(({ problem }) => problem === "sold-out");
  const correct = () => {
    cart.correct(new Map(short.map(({ sku, available }) => [sku, available])));
    onCorrected?.();
  };
  return (
    <>
      <Notice title={soldOut ? "Sold out" : "Not enough left"}>
        {own ? (
          <>
            You hold {unitNames(own.unitNumbers)} yourself. Nothing more was bought.{" "}
            <Link to={`/orders/${own.order.id}`}>Go to your order {shortCode(own.order.id)}</Link>
          </>
        ) : refusal ? (
          refusalSentence(refusal, lines)
        ) : (
          short.map((line) => `${line.name}: ${leftOf(line).toLowerCase()}.`).join(" ")
        )}
      </Notice>
      {short.length > 0 && (
        <Button size="lg" fullWidth onClick={correct}>
          {correctionLabel(short)}
        </Button>
      )}
    </>
  );
}

/** "Only 2 left", for a line that wants more, or all of it. */
export function leftOf({ max, product }: ShownLine): string {
  if (max > 0) return `Only ${max} left`;
  return product ? "Sold out" : "Not sold here any more";
}

function correctionLabel(short: readonly ShownLine[]): string {
  const problems = new Set(short.map(({ problem }) => problem));
  if (problems.size > 1) return "Correct the cart";
  return problems.has("sold-out") ? "Remove what is sold out" : "Reduce to what is left";
}

function refusalSentence(refusal: ProblemError, lines: readonly ShownLine[]): string {
  const { sku } = refusal.problem;
  const name = lines.find((line) => line.sku === sku)?.name ?? sku;
  return sentenceFor(new ProblemError({ ...refusal.problem, sku: name }));
}

/** The buyer's own order that holds units of one of these products. */
function findOwn(orders: readonly Order[], skus: readonly string[]) {
  for (const order of orders) {
    if (order.status === "cancelled" || order.status === "expired") continue;
    const line = order.lines.find(({ sku }) => skus.includes(sku));
    if (line) return { order, unitNumbers: line.unitNumbers };
  }
  return undefined;
}
