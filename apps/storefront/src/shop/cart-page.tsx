import { useDocumentTitle } from "@mantine/hooks";
import { Link } from "react-router";
import { sentenceFor } from "../api/problems.ts";
import { Artwork } from "../artwork/artwork.tsx";
import { cart } from "../cart/cart.ts";
import { asksForEarlierOrder } from "../cart/cart-state.ts";
import { Button, ButtonLink } from "../controls/button.tsx";
import { price } from "../format.ts";
import { Notice } from "../layout/notice.tsx";
import { type ShownLine, useCartLines } from "./cart-lines.ts";
import { QuantityInput } from "./quantity-input.tsx";
import styles from "./shop.module.css";
import { leftOf, StockNotice } from "./stock-notice.tsx";
import { UnansweredNote } from "./unanswered-note.tsx";

export function CartPage() {
  useDocumentTitle("Cart · Last Unit");
  const { cart: state, lines, totalCents, nameOf, loaded, error } = useCartLines();
  const earlier = asksForEarlierOrder(state);
  const checkout = (
    <ButtonLink to="/checkout" size="lg" fullWidth>
      Go to checkout
    </ButtonLink>
  );
  if (lines.length === 0) {
    return (
      <div className={styles.narrow}>
        <h1>Your cart is empty.</h1>
        <p className="lede">
          <Link to="/">Look at the products</Link> · <Link to="/orders">My orders</Link>
        </p>
        <UnansweredNote cart={state} nameOf={nameOf} />
        {earlier && checkout}
      </div>
    );
  }
  const short = !earlier && lines.some(({ problem }) => problem !== undefined);
  return (
    <div className={styles.narrow}>
      <h1>Your cart</h1>
      <p className="lede">Nothing is reserved yet. The numbers become yours when you place the order.</p>
      {error && !loaded && <Notice title="Prices cannot be shown">{sentenceFor(error)}</Notice>}
      <UnansweredNote cart={state} nameOf={nameOf} />
      <div className="sheet">
        <ul className={styles.lines}>
          {lines.map((line) => (
            <CartLine key={line.sku} line={line} />
          ))}
        </ul>
        <p className={styles.total}>
          <span>Total</span> <strong>{price(totalCents)}</strong>
        </p>
        {short ? <StockNotice lines={lines} /> : checkout}
      </div>
    </div>
  );
}

function CartLine({ line }: { line: ShownLine }) {
  const { sku, quantity, name, product, max, problem } = line;
  return (
    <li className={styles.line}>
      <Artwork artwork={product?.artwork ?? ""} small />
      <div className={styles.name}>
        <Link to={`/products/${sku}`}>{name}</Link>
        <br />
        <span className="muted">{product ? price(product.priceCents) : problem ? "" : "…"}</span>{" "}
        {problem || (product && quantity === max) ? (
          <span className={styles.short}>{leftOf(line)}</span>
        ) : (
          product && <span className="muted">· {max} left</span>
        )}
      </div>
      <QuantityInput
        label={`Quantity of ${name}`}
        of={name}
        value={quantity}
        max={max}
        onChange={(next) => cart.setQuantity(sku, next)}
      />
      <Button variant="default" aria-label={`Remove ${name}`} onClick={() => cart.remove(sku)}>
        Remove
      </Button>
    </li>
  );
}
