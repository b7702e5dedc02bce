import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { sentenceFor } from "../api/problems.ts";
import { ordersQuery } from "../api/queries.ts";
import { dateAndTime, price, shortCode } from "../format.ts";
import { Loading } from "../layout/loading.tsx";
import { Notice } from "../layout/notice.tsx";
import { OrderStatus } from "./order-status.tsx";
import { numbersAsRanges } from "./order-ticket.tsx";
import styles from "./orders.module.css";

const notCharged = new Set(["cancelled", "expired"]);

export function OrdersPage() {
  useDocumentTitle("My orders · Last Unit");
  const { data: orders, error } = useQuery(ordersQuery);
  return (
    <>
      <h1>My orders</h1>
      {error && !orders && <Notice title="Your orders cannot be shown">{sentenceFor(error)}</Notice>}
      {!orders && !error && <Loading what="your orders" />}
      {orders?.length === 0 && (
        <p className="lede">
          None yet. <Link to="/">Look at the products</Link>
        </p>
      )}
      {orders && orders.length > 0 && (
        <div className="sheet">
          <ul className={styles.list}>
            {orders.map((order) => (
              <li key={order.id} className={styles.order}>
                <span className={styles.what}>
                  <Link to={`/orders/${order.id}`} className={styles.code}>
                    {order.lines.map((line) => `${line.name} ${numbersAsRanges(line.unitNumbers)}`).join(", ")}
                  </Link>
                  <br />
                  <span className="muted">
                    {dateAndTime(order.createdAt)} · {shortCode(order.id)}
                  </span>
                </span>
                <OrderStatus status={order.status} />
                {notCharged.has(order.status) ? (
                  <span className="muted">{price(order.totalCents)}, not charged</span>
                ) : (
                  <span className="price">{price(order.totalCents)}</span>
                )}
              </li>
            ))}
          </ul>
          <p className="muted">Orders are kept for this browser: another one does not show them.</p>
        </div>
      )}
    </>
  );
}
