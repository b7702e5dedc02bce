import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answerInTime, client, unwrap } from "../api/client.ts";
import { codeOf, sentenceFor } from "../api/problems.ts";
import type { Order } from "../api/types.ts";
import { Button } from "../controls/button.tsx";
import { TextField } from "../controls/field.tsx";
import { price } from "../format.ts";
import { Notice } from "../layout/notice.tsx";
import styles from "./orders.module.css";

const testCards = [
  { card: "4242424242424242", what: "Accepted: the bank confirms at once." },
  { card: "4000000000000002", what: "Declined: the bank refuses, and your units stay reserved." },
  {
    card: "4000000000000341",
    what: "Times out: the bank answers too late. The payment is reconciled in the background, once.",
  },
];
const inFours = (card: string) => card.replaceAll(/(\d{4})(?=\d)/g, "$1 ");

const refusals = {
  INVALID_REQUEST: "A card number has 12 to 19 digits. Nothing was paid.",
  UNREACHABLE:
    "The shop can’t be reached. It may or may not have received the payment. Nothing more is sent until you click. You will not be charged twice.",
};

export function PaymentForm({ order, onChange }: { order: Order; onChange: (order?: Order) => void }) {
  const [choice, setChoice] = useState(testCards[0]?.card ?? "");
  const [typed, setTyped] = useState("");
  const pay = useMutation({
    mutationFn: (card: string) =>
      unwrap(
        client.POST("/api/orders/{id}/pay", {
          params: { path: { id: order.id } },
          body: { card },
          signal: answerInTime(),
        }),
      ),
    onSuccess: onChange,
    // Whatever the refusal, the order may have changed meanwhile: look again.
    onError: () => onChange(),
  });
  const wrongNumber = choice === "other" && codeOf(pay.error) === "INVALID_REQUEST";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    pay.mutate(choice === "other" ? typed : choice);
  };
  return (
    <form onSubmit={submit}>
      <fieldset className={styles.cards}>
        <legend>Pay with a test card</legend>
        <p className="muted">No money moves: the bank is simulated, with three responses to choose from.</p>
        {testCards.map(({ card, what }) => (
          <label key={card} className={styles.card}>
            <input
              type="radio"
              name="card"
              value={card}
              aria-label={`${inFours(card)}. ${what}`}
              checked={choice === card}
              onChange={() => setChoice(card)}
            />
            <span>
              <span className={styles.number}>{inFours(card)}</span>
              <br />
              <span className="muted">{what}</span>
            </span>
          </label>
        ))}
        <label className={styles.card}>
          <input
            type="radio"
            name="card"
            value="other"
            checked={choice === "other"}
            onChange={() => setChoice("other")}
          />
          Use another card
        </label>
      </fieldset>
      {choice === "other" && (
        <TextField
          label="Card number (12 to 19 digits)"
          inputMode="numeric"
          autoComplete="cc-number"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={wrongNumber ? refusals.INVALID_REQUEST : undefined}
          required
        />
      )}
      {pay.error && !wrongNumber && (
        <Notice title={codeOf(pay.error) === "PAYMENT_DECLINED" ? "Declined" : "Not paid"}>
          {sentenceFor(pay.error, refusals)}
        </Notice>
      )}
      <Button type="submit" size="lg" fullWidth loading={pay.isPending}>
        Pay {price(order.totalCents)}
      </Button>
    </form>
  );
}
