import { Button, NumberInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { codeOf, sentenceFor } from "../api/problems.ts";
import { productQuery } from "../api/queries.ts";
import type { Product } from "../api/types.ts";
import { Artwork } from "../artwork/artwork.tsx";
import { CART_LINES_MAX, cart, useCart } from "../cart.ts";
import { plural, price } from "../format.ts";
import { Loading } from "../layout/loading.tsx";
import { NotFoundPage } from "../layout/not-found-page.tsx";
import { Notice } from "../layout/notice.tsx";
import styles from "./shop.module.css";

export function ProductPage() {
  const { sku = "" } = useParams();
  const { data: product, error } = useQuery(productQuery(sku));
  useDocumentTitle(product ? `${product.name} · Last Unit` : "Last Unit");
  if (product) return <ProductDetails key={sku} product={product} />;
  if (!error) return <Loading what="the piece" />;
  if (codeOf(error) === "PRODUCT_NOT_FOUND") return <NotFoundPage />;
  return (
    <>
      <h1>This piece cannot be shown.</h1>
      <Notice title="The shop did not answer">{sentenceFor(error)}</Notice>
    </>
  );
}

function ProductDetails({ product }: { product: Product }) {
  const { sku, name, description, artwork, priceCents, edition, stock } = product;
  const [quantity, setQuantity] = useState(1);
  const [added, setAdded] = useState<"added" | "full">();
  const inCart = useCart().find((line) => line.sku === sku)?.quantity ?? 0;

  return (
    <div className={styles.product}>
      <Artwork artwork={artwork} />
      <div>
        <h1>{name}</h1>
        <p className="lede" style={{ marginBottom: 0 }}>
          {description}
        </p>
        <p className={styles.stock} data-testid="stock">
          {stock > 0 ? stock : "Sold out"} <small>{stock > 0 ? `of ${edition} left` : `· edition of ${edition}`}</small>
        </p>
        <svg className={styles.meter} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect width="100" height="8" fill="var(--line)" />
          <rect width={(100 * Math.max(0, stock)) / edition} height="8" fill="var(--ink)" />
        </svg>
        <p className="price" style={{ fontSize: "1.5rem", margin: "0 0 1rem" }}>
          {price(priceCents)}
        </p>
        <div className={styles.buy}>
          <NumberInput
            label="Quantity"
            value={quantity}
            onChange={(value) => setQuantity(Math.max(1, Math.trunc(Number(value) || 1)))}
            min={1}
            max={Math.max(1, Math.min(stock, 1000))}
            allowDecimal={false}
            w={110}
            disabled={stock <= 0}
          />
          <Button
            size="lg"
            h={42}
            disabled={stock <= 0}
            onClick={() => setAdded(cart.add(sku, quantity) ? "added" : "full")}
          >
            Add to cart
          </Button>
        </div>
        <p role="status" style={{ minHeight: "1.6em" }}>
          {added === "full" && `The cart holds ${CART_LINES_MAX} different pieces at most.`}
          {added === "added" && inCart > 0 && (
            <>
              {plural(inCart, "piece")} in your cart. <Link to="/cart">Go to the cart</Link>
            </>
          )}
        </p>
        <section className={styles.explain}>
          <h2>What “edition of {edition}” means</h2>
          <p className="muted" style={{ margin: 0 }}>
            {edition === 1
              ? "One was made: No. 1. One person can own it."
              : `${edition} were made, No. 1 to No. ${edition}. When you order, the next free number becomes yours and is printed on your ticket.`}{" "}
            If two people ever held the same number, the shop would have sold a piece it does not have. The cart
            reserves nothing; the order does.
          </p>
        </section>
      </div>
    </div>
  );
}
