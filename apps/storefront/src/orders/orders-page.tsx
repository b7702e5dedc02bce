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
          None yet. <Link to="/">Look at the shelves</Link>
        </p>
      )}
      {orders && orders.length > 0 && (
        <div className="sheet">
          <ul className={styles.list}>
            {orders.map((order) => (
              <li key={order.id} className={styles.order}>
                <Link to={`/orders/${order.id}`} className={styles.code}>
                  {shortCode(order.id)}
                </Link>
                <span className={styles.what}>
                  {order.lines.map((line) => `${line.name} ${numbersAsRanges(line.unitNumbers)}`).join(", ")}
                  <br />
                  <span className="muted">{dateAndTime(order.createdAt)}</span>
                </span>
                <OrderStatus status={order.status} />
                <span className="price">{price(order.totalCents)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
