import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { sentenceFor } from "../api/problems.ts";
import { productsQuery } from "../api/queries.ts";
import { Artwork } from "../artwork/artwork.tsx";
import { price } from "../format.ts";
import { Loading } from "../layout/loading.tsx";
import { Notice } from "../layout/notice.tsx";
import styles from "./shop.module.css";

export function CataloguePage() {
  useDocumentTitle("Last Unit · numbered editions");
  const { data: products, error } = useQuery(productsQuery);
  return (
    <>
      <h1>Every unit has a number.</h1>
      <p className="lede">
        Small editions in which each item has a number. Your ticket shows your number; nobody else has it.
      </p>
      {error && !products && <Notice title="The products cannot be shown">{sentenceFor(error)}</Notice>}
      {!products && !error && <Loading what="the products" />}
      <ul className={styles.grid}>
        {products?.map(({ sku, name, artwork, priceCents, edition, stock }) => (
          <li key={sku} className={styles.card}>
            <Artwork artwork={artwork} />
            <h2>
              <Link to={`/products/${sku}`}>{name}</Link>
            </h2>
            <p className={styles.facts}>
              <span className="price">{price(priceCents)}</span>
              {stock > 0 ? (
                <span className="muted">
                  {stock} of {edition} left
                </span>
              ) : (
                <span className={styles.gone}>Sold out</span>
              )}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
