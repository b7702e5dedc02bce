import { Button, NumberInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { Link } from "react-router";
import { sentenceFor } from "../api/problems.ts";
import { Artwork } from "../artwork/artwork.tsx";
import { cart } from "../cart.ts";
import { price } from "../format.ts";
import { Notice } from "../layout/notice.tsx";
import { useCartLines } from "./cart-lines.ts";
import styles from "./shop.module.css";

export function CartPage() {
  useDocumentTitle("Cart · Last Unit");
  const { lines, totalCents, loaded, error } = useCartLines();
  if (lines.length === 0) {
    return (
      <>
        <h1>Your cart is empty.</h1>
        <p className="lede">
          <Link to="/">Look at the shelves</Link>
        </p>
      </>
    );
  }
  return (
    <div className={styles.narrow}>
      <h1>Your cart</h1>
      <p className="lede">Nothing is reserved yet. The numbers become yours when you place the order.</p>
      {error && !loaded && <Notice title="Prices cannot be shown">{sentenceFor(error)}</Notice>}
      <div className="sheet">
        <ul className={styles.lines}>
          {lines.map(({ sku, quantity, product }) => (
            <li key={sku} className={styles.line}>
              <Artwork artwork={product?.artwork ?? ""} small />
              <div className={styles.name}>
                <Link to={`/products/${sku}`}>{product?.name ?? sku}</Link>
                <br />
                <span className="muted">
                  {product
                    ? `${price(product.priceCents)} · ${product.stock} left`
                    : loaded
                      ? "not in the catalogue"
                      : "…"}
                </span>
              </div>
              <NumberInput
                aria-label={`Quantity of ${product?.name ?? sku}`}
                value={quantity}
                onChange={(value) => cart.setQuantity(sku, Math.max(1, Math.min(1000, Math.trunc(Number(value) || 1))))}
                min={1}
                max={1000}
                allowDecimal={false}
                w={92}
              />
              <Button
                variant="default"
                size="sm"
                aria-label={`Remove ${product?.name ?? sku}`}
                onClick={() => cart.remove(sku)}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
        <p className={styles.total}>
          <span>Total</span> <strong>{price(totalCents)}</strong>
        </p>
        <Button component={Link} to="/checkout" size="lg" fullWidth>
          Go to checkout
        </Button>
      </div>
    </div>
  );
}
