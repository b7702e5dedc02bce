import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { Link, useParams } from "react-router";
import { answerInTime, client, unwrap } from "../api/client.ts";
import { codeOf, sentenceFor } from "../api/problems.ts";
import { orderQuery } from "../api/queries.ts";
import type { Order } from "../api/types.ts";
import { Button } from "../controls/button.tsx";
import { shortCode } from "../format.ts";
import { Loading } from "../layout/loading.tsx";
import { Notice } from "../layout/notice.tsx";
import { Countdown } from "./countdown.tsx";
import { OrderSteps } from "./order-steps.tsx";
import { OrderTicket } from "./order-ticket.tsx";
import styles from "./orders.module.css";
import { PaymentForm } from "./payment-form.tsx";

const headlines: Record<Order["status"], string> = {
  reserved: "Reserved for you.",
  paying: "Waiting for the bank.",
  paid: "Paid. It is yours.",
  cancelled: "Cancelled.",
  expired: "The reservation expired.",
};

const explanations: Partial<Record<Order["status"], string>> = {
  paying:
    "The bank did not answer in time. The shop asks again in the background; this page shows the answer as soon as there is one. You will be charged once or not at all.",
  paid: "Thank you. You find this order under My orders, as long as this browser keeps its cookies.",
  cancelled: "The numbers are for sale again. You were not charged.",
  expired: "It was not paid in time, so the numbers are for sale again. You were not charged.",
};

const unreachable = {
  UNREACHABLE:
    "The shop can’t be reached. It may or may not have received the cancellation. Nothing more is sent until you click. This page shows what became of the order once the shop can be reached.",
};

export function OrderPage() {
  const { id = "" } = useParams();
  // Another order is another page: an answer, or an error, of the one before does not belong to it.
  return <OrderView key={id} id={id} />;
}

function OrderView({ id }: { id: string }) {
  const query = orderQuery(id);
  const { data: order, error } = useQuery(query);
  const queryClient = useQueryClient();
  useDocumentTitle(`Order ${shortCode(id)} · Last Unit`);
  const title = useFocusOnChange(order?.status);

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
    mutationFn: () =>
      unwrap(client.POST("/api/orders/{id}/cancel", { params: { path: { id } }, signal: answerInTime() })),
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
      <h1 ref={title} tabIndex={-1} className={styles.title}>
        {headlines[order.status]}
      </h1>
      <OrderSteps order={order} />
      <div className={styles.columns}>
        <section className="sheet" aria-label="What to do next">
          {order.status === "reserved" ? (
            <>
              <Countdown until={order.expiresAt} onEnd={lookAgain} />
              <PaymentForm order={order} onChange={changed} />
              {cancel.error && <Notice title="Not cancelled">{sentenceFor(cancel.error, unreachable)}</Notice>}
              <CancelOrder onCancel={() => cancel.mutate()} cancelling={cancel.isPending} />
            </>
          ) : (
            <>
              <h2>What happened</h2>
              <p>{explanations[order.status]}</p>
              {order.status === "paying" && <progress className={styles.progress} aria-label="Waiting for the bank" />}
              <p style={{ margin: 0 }}>
                <Link to="/orders">My orders</Link> · <Link to="/">Back to the shop</Link>
              </p>
            </>
          )}
          <details className={styles.how}>
            <summary>How was this sold?</summary>
            <p className="muted">
              Under “{order.strategy}”, by {order.replica}. The number on the ticket is in the ledger, and in nobody
              else’s order.
            </p>
          </details>
        </section>
        <OrderTicket order={order} />
      </div>
    </>
  );
}

/** Paying and cancelling remove the button that has the focus: it goes to the title, which says what happened. */
function useFocusOnChange(status: Order["status"] | undefined) {
  const title = useRef<HTMLHeadingElement>(null);
  const shown = useRef(status);
  useEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (shown.current !== undefined && shown.current !== status && isLost)
      title.current?.focus({ preventScroll: true });
    shown.current = status;
  }, [status]);
  return title;
}

/** One wrong tap does not give the numbers back: the first click asks. */
function CancelOrder({ onCancel, cancelling }: { onCancel: () => void; cancelling: boolean }) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <button type="button" className={styles.cancel} onClick={() => setAsking(true)}>
        Cancel…
      </button>
    );
  }
  return (
    <div className={styles.asking}>
      <p>Your numbers will be for sale again at once.</p>
      <Button variant="default" onClick={onCancel} loading={cancelling}>
        Cancel the order
      </Button>
      <Button variant="default" onClick={() => setAsking(false)}>
        Keep it
      </Button>
    </div>
  );
}
