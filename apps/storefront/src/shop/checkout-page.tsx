import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useNavigate } from "react-router";
import { ProblemError } from "../api/client.ts";
import { orderQuery } from "../api/queries.ts";
import { asksForEarlierOrder, type CartState } from "../cart/cart-state.ts";
import { Button } from "../controls/button.tsx";
import { price } from "../format.ts";
import { useCartLines } from "./cart-lines.ts";
import { placeCart } from "./place-cart.ts";
import { PlacingProblem } from "./placing-problem.tsx";
import styles from "./shop.module.css";
import { leftOf, StockNotice } from "./stock-notice.tsx";
import { UnansweredNote } from "./unanswered-note.tsx";

export function CheckoutPage() {
  useDocumentTitle("Checkout · Last Unit");
  const { cart, lines, totalCents, nameOf } = useCartLines();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const left = useLeft();
  const place = useMutation({
    mutationFn: (shown: CartState) => placeCart(shown, left()),
    onSuccess: (order) => queryClient.setQueryData(orderQuery(order.id).queryKey, order),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ["products"] }),
  });
  const click = () =>
    place.mutate(cart, {
      // A callback of this call, not of the mutation: it is skipped when the visitor has left the page.
      onSuccess: (order) => void navigate(`/orders/${order.id}`, { replace: true }),
    });

  const earlier = asksForEarlierOrder(cart);
  if (lines.length === 0 && !earlier && !place.isPending && !place.isSuccess) {
    return (
      <>
        <h1>There is nothing to check out.</h1>
        <p className="lede">
          <Link to="/">Look at the products</Link> · <Link to="/orders">My orders</Link>
        </p>
      </>
    );
  }
  const { error } = place;
  const refusal = error instanceof ProblemError && error.problem.code === "OUT_OF_STOCK" ? error : undefined;
  const short = !earlier && !place.isPending && lines.some(({ problem }) => problem !== undefined);
  return (
    <div className={styles.narrow}>
      <h1>Place your order</h1>
      <p className="lede">
        Placing it reserves your numbers. You then have a few minutes to pay. This is a demo: nothing is delivered or
        charged.
      </p>
      <div className="sheet">
        <ul className={styles.lines}>
          {lines.map((line) => (
            <li key={line.sku} className={styles.line}>
              <span className={styles.name}>
                {line.quantity} × {line.name}
                {line.problem && <span className={styles.short}>{leftOf(line)}</span>}
              </span>
              <span className="price">{line.product && price(line.available * line.product.priceCents)}</span>
            </li>
          ))}
        </ul>
        <p className={styles.total}>
          <span>Total</span> <strong>{price(totalCents)}</strong>
        </p>
        {error && !refusal && <PlacingProblem error={error} />}
        {!error && !place.isPending && <UnansweredNote cart={cart} nameOf={nameOf} />}
        {(refusal || short) && <StockNotice lines={lines} refusal={refusal} onCorrected={place.reset} />}
        {!short && (
          <Button size="lg" fullWidth onClick={click} loading={place.isPending}>
            {earlier ? "Repeat the earlier order" : "Place the order"}
          </Button>
        )}
        <p className="muted" role="status" style={{ margin: "0.75rem 0 0" }}>
          {place.isPending ? "Asking for your numbers…" : "You will not order twice, even if you click twice."}
        </p>
        {(refusal || short) && (
          <p style={{ margin: "0.75rem 0 0" }}>
            <Link to="/cart">Change the cart</Link>
          </p>
        )}
      </div>
    </div>
  );
}

/** A signal that is aborted when the component is removed. */
function useLeft(): () => AbortSignal {
  const controller = useRef(new AbortController());
  useEffect(() => {
    controller.current = new AbortController();
    return () => controller.current.abort();
  }, []);
  return () => controller.current.signal;
}
