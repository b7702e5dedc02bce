import { asksForEarlierOrder, type CartState } from "../cart/cart-state.ts";
import styles from "./shop.module.css";

/** Says that an order was sent without an answer, and what the next click does about it. */
export function UnansweredNote({ cart, nameOf }: { cart: CartState; nameOf: (sku: string) => string }) {
  if (!cart.unanswered) return null;
  const lines = cart.unanswered.lines.map(({ sku, quantity }) => `${quantity} × ${nameOf(sku)}`).join(", ");
  return (
    <p role="note" className={styles.note}>
      {asksForEarlierOrder(cart)
        ? `An earlier order (${lines}) has no answer yet: it may have been placed. Repeat it before you order what is in the cart now, so that you do not buy twice. If the shop did not receive the earlier order, repeating it places it now; you can cancel it afterwards.`
        : "This order was sent and has no answer yet: it may have been placed. Place it again: if it was placed, you get the same order, and you do not buy twice."}
    </p>
  );
}
