import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { codeOf, sentenceFor } from "../api/problems.ts";
import { productQuery } from "../api/queries.ts";
import type { Product } from "../api/types.ts";
import { Artwork } from "../artwork/artwork.tsx";
import { cart, useCart } from "../cart/cart.ts";
import { CART_LINES_MAX, quantityOf } from "../cart/cart-state.ts";
import { Button, ButtonLink } from "../controls/button.tsx";
import { plural, price } from "../format.ts";
import { Loading } from "../layout/loading.tsx";
import { NotFoundPage } from "../layout/not-found-page.tsx";
import { Notice } from "../layout/notice.tsx";
import { availabilityOf } from "./availability.ts";
import { QuantityInput } from "./quantity-input.tsx";
import styles from "./shop.module.css";

export function ProductPage() {
  const { sku = "" } = useParams();
  const { data: product, error } = useQuery(productQuery(sku));
  useDocumentTitle(product ? `${product.name} · Last Unit` : "Last Unit");
  if (product) return <ProductDetails key={sku} product={product} />;
  if (!error) return <Loading what="the product" />;
  if (codeOf(error) === "PRODUCT_NOT_FOUND") return <NotFoundPage />;
  return (
    <>
      <h1>This product cannot be shown.</h1>
      <Notice title="The shop did not answer">{sentenceFor(error)}</Notice>
    </>
  );
}

function ProductDetails({ product }: { product: Product }) {
  const { sku, name, description, artwork, priceCents, edition, stock } = product;
  const [quantity, setQuantity] = useState(1);
  const [added, setAdded] = useState<"added" | "full">();
  const inCart = quantityOf(useCart().lines, sku);
  const room = Math.max(0, availabilityOf(inCart, stock).max - inCart);
  const wanted = Math.max(1, Math.min(quantity, room));
  const add = () => {
    setAdded(cart.add(sku, wanted) ? "added" : "full");
    setQuantity(1);
  };

  return (
    <div className={styles.product}>
      <Artwork artwork={artwork} />
      <div>
        <h1>{name}</h1>
        <p className={styles.offer}>
          <strong>{price(priceCents)}</strong>
          <span data-testid="stock">
            {stock > 0 ? (
              `${stock} of ${edition} left`
            ) : (
              <span className={styles.gone}>Sold out · edition of {edition}</span>
            )}
          </span>
        </p>
        {stock > 0 ? (
          <div className={styles.buy}>
            <QuantityInput label="Quantity" of={name} value={wanted} max={room} onChange={setQuantity} />
            <Button size="lg" disabled={room === 0} onClick={add}>
              Add to cart
            </Button>
          </div>
        ) : (
          <p>
            All {edition} are sold or reserved. A reservation that is not paid comes back; this page shows it.{" "}
            <Link to="/">Look at the others</Link>
          </p>
        )}
        <p role="status" className={styles.added}>
          {added === "full" && `The cart holds ${CART_LINES_MAX} different products at most.`}
          {added !== "full" && inCart > 0 && (
            <>
              {inCartSentence(inCart, stock)} <ButtonLink to="/cart">Go to the cart</ButtonLink>
            </>
          )}
        </p>
        <p>{description}</p>
        <section className={styles.explain}>
          <h2>What “edition of {edition}” means</h2>
          <p className="muted" style={{ margin: 0 }}>
            {edition === 1
              ? "One was made: No. 1. One person can own it."
              : `${edition} were made, No. 1 to No. ${edition}. When you order, the next free number becomes yours and is printed on your ticket.`}{" "}
            If two people ever held the same number, the shop would have sold an item it does not have. The cart
            reserves nothing; the order does.
          </p>
        </section>
      </div>
    </div>
  );
}

function inCartSentence(inCart: number, stock: number): string {
  if (stock <= 0 || inCart < stock) return `${plural(inCart, "item")} in your cart.`;
  if (inCart > stock) return `Only ${stock} left, and ${inCart} are in your cart.`;
  return stock === 1 ? "The last one is in your cart." : `All ${stock} that are left are in your cart.`;
}
