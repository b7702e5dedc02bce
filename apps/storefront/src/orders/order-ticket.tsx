import type { Order } from "../api/types.ts";
import { dateAndTime, price, shortCode } from "../format.ts";
import styles from "./orders.module.css";
import { Stamp } from "./stamp.tsx";

/** The order as a ticket: which numbers are its buyer's. */
export function OrderTicket({ order }: { order: Order }) {
  const kept = order.status !== "cancelled" && order.status !== "expired";
  return (
    <article className={styles.ticket} aria-label={`Ticket of order ${shortCode(order.id)}`}>
      <div className={styles.stub}>
        <span>
          Order <strong>{shortCode(order.id)}</strong>
        </span>
        <span>{dateAndTime(order.createdAt)}</span>
      </div>
      <ul className={styles.lines}>
        {order.lines.map(({ sku, name, quantity, unitPriceCents, unitNumbers }) => (
          <li key={sku} className={styles.line}>
            <span>
              <strong>{name}</strong>
              <br />
              <span className="muted">
                {quantity} × {price(unitPriceCents)}
              </span>
            </span>
            <Stamp
              above={kept ? (unitNumbers.length > 1 ? "yours are" : "yours is") : "released"}
              word={numbersAsRanges(unitNumbers)}
              tone={kept ? (order.status === "paid" ? "good" : "ink") : "quiet"}
            />
          </li>
        ))}
      </ul>
      <div className={styles.foot}>
        <span>Total</span>
        <span>{price(order.totalCents)}</span>
      </div>
    </article>
  );
}

/** "No. 4", "No. 4–6, 9". */
export function numbersAsRanges(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const number of sorted) {
    const last = ranges.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return `No. ${ranges.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(", ")}`;
}
