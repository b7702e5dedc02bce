import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { Link, useParams } from "react-router";
import { client, unwrap } from "../api/client.ts";
import { codeOf, sentenceFor } from "../api/problems.ts";
import { orderQuery } from "../api/queries.ts";
import type { Order } from "../api/types.ts";
import { shortCode } from "../format.ts";
import { Loading } from "../layout/loading.tsx";
import { Notice } from "../layout/notice.tsx";
import { Countdown } from "./countdown.tsx";
import { OrderStatus } from "./order-status.tsx";
import { OrderTicket } from "./order-ticket.tsx";
import styles from "./orders.module.css";
import { PaymentForm } from "./payment-form.tsx";

const headlines: Record<Order["status"], string> = {
  reserved: "Reserved for you.",
  paying: "The bank is taking its time.",
  paid: "Paid. It is yours.",
  cancelled: "Cancelled.",
  expired: "The reservation ran out.",
};

const explanations: Partial<Record<Order["status"], string>> = {
  paying:
    "It did not answer in time. We ask again in the background; this page shows the answer as soon as there is one. You will be charged once or not at all.",
  paid: "The number on the ticket is in the ledger, and in nobody else’s order.",
  cancelled: "The numbers went back on the shelf. You were not charged.",
  expired: "Nobody paid in time, so the numbers went back on the shelf. You were not charged.",
};

export function OrderPage() {
  const { id = "" } = useParams();
  const query = orderQuery(id);
  const { data: order, error } = useQuery(query);
  const queryClient = useQueryClient();
  useDocumentTitle(`Order ${shortCode(id)} · Last Unit`);

  const changed = useCallback(
    (next?: Order) => {
      const { queryKey } = orderQuery(id);
      if (next) queryClient.setQueryData(queryKey, next);
      else void queryClient.invalidateQueries({ queryKey });
    },
    [id, queryClient],
  );
  const lookAgain = useCallback(() => changed(), [changed]);
  const cancel = useMutation({
    mutationFn: () => unwrap(client.POST("/api/orders/{id}/cancel", { params: { path: { id } } })),
    onSuccess: changed,
    onError: lookAgain,
  });

  if (!order) {
    if (!error) return <Loading what="the order" />;
    return (
      <>
        <h1>{codeOf(error) === "ORDER_NOT_FOUND" ? "No such order." : "The order cannot be shown."}</h1>
        <p className="lede">{sentenceFor(error)}</p>
        <Link to="/orders">My orders</Link>
      </>
    );
  }
  return (
    <>
      <h1>{headlines[order.status]}</h1>
      <p className="lede" aria-live="polite">
        <OrderStatus status={order.status} />
      </p>
      <div className={styles.columns}>
        <OrderTicket order={order} />
        <section className="sheet" aria-label="What to do next">
          {order.status === "reserved" ? (
            <>
              <h2>Time left to pay</h2>
              <Countdown until={order.expiresAt} onEnd={lookAgain} />
              <p className="muted">After that the numbers go back on the shelf by themselves.</p>
              {cancel.error && <Notice title="Not cancelled">{sentenceFor(cancel.error)}</Notice>}
              <PaymentForm order={order} onChange={changed} />
              <Button variant="default" fullWidth mt="sm" onClick={() => cancel.mutate()} loading={cancel.isPending}>
                Cancel the order
              </Button>
            </>
          ) : (
            <>
              <h2>What happened</h2>
              <p>{explanations[order.status]}</p>
              <p style={{ margin: 0 }}>
                <Link to="/orders">My orders</Link> · <Link to="/">Back to the shop</Link>
              </p>
            </>
          )}
          <p className="muted" style={{ margin: "1.25rem 0 0", fontSize: "0.9rem" }}>
            Sold under “{order.strategy}” by {order.replica}.
          </p>
        </section>
      </div>
    </>
  );
}
