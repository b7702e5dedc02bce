import type { Order } from "../api/types.ts";
import { timeOfDay } from "../format.ts";
import styles from "./orders.module.css";

type State = "done" | "now" | "open" | "ended";

const marks: Record<State, string> = { done: "✓", now: "◷", open: "○", ended: "✗" };

/** How far the order is: ordered, reserved, paid. A cancelled or expired order ends at the second step. */
export function OrderSteps({ order }: { order: Order }) {
  return (
    <ol className={styles.steps} aria-label="State of the order" aria-live="polite">
      {stepsOf(order).map(({ word, detail, state }) => (
        <li key={word} data-state={state} aria-current={state === "now" || state === "ended" ? "step" : undefined}>
          <span aria-hidden="true">{marks[state]}</span> <b>{word}</b> {detail && <span>{detail}</span>}
        </li>
      ))}
    </ol>
  );
}

function stepsOf({ status, createdAt, expiresAt }: Order): { word: string; detail?: string; state: State }[] {
  const ordered = { word: "Ordered", detail: timeOfDay(createdAt), state: "done" as const };
  if (status === "cancelled") return [ordered, { word: "Cancelled", detail: "not charged", state: "ended" }];
  if (status === "expired") {
    return [ordered, { word: "Expired", detail: `${timeOfDay(expiresAt)}, not charged`, state: "ended" }];
  }
  if (status === "paid") return [ordered, { word: "Reserved", state: "done" }, { word: "Paid", state: "done" }];
  const waiting = status === "paying";
  return [
    ordered,
    {
      word: "Reserved",
      detail: waiting ? undefined : `until ${timeOfDay(expiresAt)}`,
      state: waiting ? "done" : "now",
    },
    { word: waiting ? "Waiting for the bank" : "Paid", state: waiting ? "now" : "open" },
  ];
}
