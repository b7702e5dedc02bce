import { Link } from "react-router";
import { codeOf, sentenceFor } from "../api/problems.ts";
import { shortCode } from "../format.ts";
import { Notice } from "../layout/notice.tsx";
import { CartChanged, OrderEnded } from "./place-cart.ts";

const unreachable = {
  UNREACHABLE:
    "It may or may not have received your order. Nothing more is sent until you click. Place the order again when you are connected: you will not buy twice.",
};

/** Why no order was placed, except for what is out of stock (StockNotice). */
export function PlacingProblem({ error }: { error: Error }) {
  if (error instanceof CartChanged) {
    return (
      <Notice title="The order was not placed">
        Your cart was changed in another tab. Check it, and place the order if it is right.
      </Notice>
    );
  }
  if (error instanceof OrderEnded) {
    const { id, status } = error.order;
    return (
      <Notice title="Nothing is reserved">
        This order had been placed, as <Link to={`/orders/${id}`}>{shortCode(id)}</Link>, and{" "}
        {status === "cancelled" ? "was cancelled" : "expired before it was paid"}. Place it again if you still want it.
      </Notice>
    );
  }
  const title = codeOf(error) === "UNREACHABLE" ? "The shop can’t be reached" : "The order was not placed";
  return <Notice title={title}>{sentenceFor(error, unreachable)}</Notice>;
}
