import type { Order } from "../api/types.ts";
import styles from "./orders.module.css";

const words: Record<Order["status"], { mark: string; word: string }> = {
  reserved: { mark: "◷", word: "Reserved, not paid" },
  paying: { mark: "…", word: "Waiting for the bank" },
  paid: { mark: "✓", word: "Paid" },
  cancelled: { mark: "✗", word: "Cancelled" },
  expired: { mark: "✗", word: "Expired" },
};

export function OrderStatus({ status }: { status: Order["status"] }) {
  const { mark, word } = words[status];
  return (
    <span className={styles.status} data-status={status}>
      <span aria-hidden="true">{mark}</span> {word}
    </span>
  );
}
