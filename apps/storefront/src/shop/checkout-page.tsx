import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "react-router";
import { type CartLine, placeOrder } from "../api/place-order.ts";
import { codeOf, sentenceFor } from "../api/problems.ts";
import { orderQuery } from "../api/queries.ts";
import { cart } from "../cart.ts";
import { price } from "../format.ts";
import { Notice } from "../layout/notice.tsx";
import { useCartLines } from "./cart-lines.ts";
import { forgetIntent, intentKey } from "./intent.ts";
import styles from "./shop.module.css";

export function CheckoutPage() {
  useDocumentTitle("Checkout · Last Unit");
  const { lines, totalCents } = useCartLines();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const items: CartLine[] = lines.map(({ sku, quantity }) => ({ sku, quantity }));
  const place = useMutation({
    mutationFn: () => placeOrder(items, intentKey(items)),
    onSuccess: async (order) => {
      queryClient.setQueryData(orderQuery(order.id).queryKey, order);
      await navigate(`/orders/${order.id}`, { replace: true });
      forgetIntent();
      cart.clear();
      void queryClient.invalidateQueries({ queryKey: ["products"] });
    },
    onError: (error) => {
      // The same cart would be refused by its old key for ever.
      if (codeOf(error) === "IDEMPOTENCY_KEY_REUSED") forgetIntent();
      void queryClient.invalidateQueries({ queryKey: ["products"] });
    },
  });

  if (lines.length === 0 && !place.isSuccess) {
    return (
      <>
        <h1>There is nothing to check out.</h1>
        <p className="lede">
          <Link to="/">Look at the shelves</Link>
        </p>
      </>
    );
  }
  const soldOut = codeOf(place.error) === "OUT_OF_STOCK";
  return (
    <div className={styles.narrow}>
      <h1>Place your order</h1>
      <p className="lede">Placing it reserves your numbers. You then have a few minutes to pay.</p>
      {place.error && (
        <Notice title={soldOut ? "Not enough left" : "The order was not placed"}>{sentenceFor(place.error)}</Notice>
      )}
      <div className="sheet">
        <ul className={styles.lines}>
          {lines.map(({ sku, quantity, product }) => (
            <li key={sku} className={styles.line}>
              <span className={styles.name}>
                {quantity} × {product?.name ?? sku}
              </span>
              <span className="price">{product && price(quantity * product.priceCents)}</span>
            </li>
          ))}
        </ul>
        <p className={styles.total}>
          <span>Total</span> <strong>{price(totalCents)}</strong>
        </p>
        <Button size="lg" fullWidth onClick={() => place.mutate()} loading={place.isPending}>
          Place the order
        </Button>
        <p className="muted" role="status" style={{ margin: "0.75rem 0 0" }}>
          {place.isPending ? "Asking for your numbers…" : "Clicking twice does no harm: one intent makes one order."}
        </p>
        {soldOut && (
          <p style={{ margin: "0.75rem 0 0" }}>
            <Link to="/cart">Change the cart</Link>
          </p>
        )}
      </div>
    </div>
  );
}
